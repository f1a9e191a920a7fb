"""A double: the real package and its models are gigabytes. Answers say what was asked."""

from collections.abc import Callable
from typing import Any


def pipeline(task: str, model: str) -> Callable[..., list[dict[str, str]]]:
    """A pipeline that answers with the text in capitals."""

    def answer(text: str, **parameters: Any) -> list[dict[str, str]]:
        limit = parameters.get("max_length") or parameters.get("max_new_tokens")
        key = {"summarization": "summary_text", "text-generation": "generated_text"}[task]
        return [{key: f"{model}:{limit}:{text.upper()}"}]

    return answer
