"""Cleans text: lower case, without punctuation, patterns and stop words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

from ..errors import ErrorHandling
from ..on_text import OnText


class CleanText(OnText):
    """Removes what is neither a letter nor a digit, patterns, and stop words; letters of every language stay."""

    def __init__(
        self,
        stop_words: Sequence[str] | None = None,
        additional_patterns: Sequence[str] | None = None,
        field: str | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            stop_words: Words that are left out in addition to those of English.
            additional_patterns: Regular expressions of text that is left out; they see the text as it comes.
            field: Field of the text. Default: `text`, or the only field.
            error_handling: Output for elements without text.
        """
        patterns = tuple(additional_patterns or ())
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"additional_patterns has {pattern!r}: {error}") from error
        words = frozenset(word.lower() for word in stop_words or ())
        super().__init__(_Clean(words, patterns), str, field, error_handling)


@dataclass(frozen=True)
class _Clean:
    words: frozenset[str]
    patterns: tuple[str, ...]

    def load(self) -> Callable[[str], str]:
        text = resources.files(__package__).joinpath("stop-words.txt").read_text("utf-8")
        stop = self.words | frozenset(text.split())
        patterns = [re.compile(pattern) for pattern in self.patterns]

        def clean(element: str) -> str:
            for pattern in patterns:
                element = pattern.sub(" ", element)
            # An apostrophe joins: "don't" is one word, as in lists of stop words.
            words = re.sub(r"[^\w\s]|_", " ", element.lower().replace("'", "").replace("\u2019", "")).split()
            return " ".join(word for word in words if word not in stop)

        return clean
