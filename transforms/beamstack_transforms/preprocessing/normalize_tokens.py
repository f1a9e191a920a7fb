"""Brings tokens to their basic forms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import ErrorHandling
from ..on_text import OnText


class NormalizeTokens(OnText):
    """Lemmatises (`geese` to `goose`) and stems (`running` to `run`) tokens, with data that is in the packages."""

    usual = "tokens"

    def __init__(
        self,
        lemmatize: bool = True,
        stem: bool = False,
        language: str = "en",
        field: str | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            lemmatize: Whether tokens become lemmas.
            stem: Whether tokens lose their endings, by Porter's rules for English; after lemmas if both are on.
            language: Language of lemmas, as simplemma names it.
            field: Field of the tokens. Default: `tokens`, or the only field.
            error_handling: Output for elements without tokens.
        """
        if not lemmatize and not stem:
            raise ValueError("neither lemmatize nor stem is on: tokens would stay as they are")
        if stem and language != "en":
            raise ValueError(f"stem knows English only, not {language!r}")
        super().__init__(_Normalize(lemmatize, stem, language), Sequence[str], field, error_handling)


@dataclass(frozen=True)
class _Normalize:
    lemmatize: bool
    stem: bool
    language: str

    def load(self) -> Callable[[Sequence[str]], list[str]]:
        # Their data is large, and needed on workers only.
        import simplemma
        import snowballstemmer

        steps: list[Callable[[str], str]] = []
        if self.lemmatize:
            steps.append(lambda token: simplemma.lemmatize(token, lang=self.language))
        if self.stem:
            steps.append(snowballstemmer.stemmer("porter").stemWord)

        def normalize(tokens: Sequence[str]) -> list[str]:
            if isinstance(tokens, str):
                raise TypeError("a text is not a list of tokens: put TokenizeText before")
            return [_through(steps, token) for token in tokens]

        return normalize


def _through(steps: Sequence[Callable[[str], str]], token: str) -> str:
    for step in steps:
        token = step(token)
    return token
