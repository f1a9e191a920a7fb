"""Splits text into tokens."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import ErrorHandling
from ..on_text import OnText

_DELIMITERS = (" ", "\n", "\t", ".", ",", "!", "?")


class TokenizeText(OnText):
    """Splits a text at delimiters."""

    def __init__(
        self,
        lowercase: bool = True,
        custom_delimiters: Sequence[str] | None = None,
        field: str | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            lowercase: Whether tokens are in lower case.
            custom_delimiters: Texts between tokens. Default: blanks, line ends, tabs and . , ! ?
            field: Field of the text. Default: `text`, or the only field.
            error_handling: Output for elements without text.
        """
        delimiters = tuple(custom_delimiters or _DELIMITERS)
        if not all(delimiters):
            raise ValueError("custom_delimiters has an empty text")
        super().__init__(_Tokenize(lowercase, delimiters), Sequence[str], field, error_handling)


@dataclass(frozen=True)
class _Tokenize:
    lowercase: bool
    delimiters: tuple[str, ...]

    def load(self) -> Callable[[str], list[str]]:
        # The longest first: else "--" would be two times "-".
        split = re.compile("|".join(re.escape(each) for each in sorted(self.delimiters, key=len, reverse=True)))
        return lambda text: [token for token in split.split(text.lower() if self.lowercase else text) if token]
