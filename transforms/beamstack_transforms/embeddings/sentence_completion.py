"""Completes texts."""

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import ErrorHandling
from ..on_text import OnText, Work
from .openai_client import OpenAIServer
from .text_pipeline import TextPipeline


class TextCompletionTransform(OnText):
    """Replaces a text by its completion."""

    def __init__(
        self,
        backend: str,
        model_name: str,
        max_length: int = 50,
        openai_api_key: str | None = None,
        base_url: str | None = None,
        field: str | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            backend: `openai`, or `huggingface` for a model in the worker.
            model_name: Name of the model.
            max_length: Most tokens of the completion.
            openai_api_key: Key of the API. Default: the variable OPENAI_API_KEY of the worker.
            base_url: Address of a server with OpenAI's API, such as vLLM. Default: the variable OPENAI_BASE_URL, else OpenAI.
            field: Field of the text. Default: `text`, or the only field.
            error_handling: Output for elements that failed.
        """
        if max_length < 1:
            raise ValueError(f"max_length is 1 or more, got {max_length}")
        super().__init__(_work(backend, model_name, max_length, OpenAIServer(openai_api_key, base_url, 60, 5)), str, field, error_handling)


def _work(backend: str, model: str, max_length: int, server: OpenAIServer) -> Work:
    if backend.lower() == "openai":
        return _Chat(server, model, max_length)
    if backend.lower() != "huggingface":
        raise ValueError(f"backend is openai or huggingface, got {backend!r}")
    if server.api_key is not None or server.base_url is not None:
        raise ValueError("openai_api_key and base_url have no meaning for the backend huggingface")
    return TextPipeline("text-generation", model, {"max_new_tokens": max_length, "do_sample": False}, "generated_text")


@dataclass(frozen=True)
class _Chat:
    server: OpenAIServer
    model: str
    max_length: int

    def load(self) -> Callable[[str], str]:
        client = self.server.client()

        # The API of completions is gone from OpenAI; chat has the same parameters.
        def complete(text: str) -> str:
            messages = [{"role": "user", "content": text}]
            answer = client.chat.completions.create(model=self.model, messages=messages, max_tokens=self.max_length, temperature=0)
            return (answer.choices[0].message.content or "").strip()

        return complete
