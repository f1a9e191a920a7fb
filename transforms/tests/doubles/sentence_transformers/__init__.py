"""A double: the real package and its models are gigabytes. Vectors count letters, so that tests can tell them."""

from collections.abc import Sequence


class SentenceTransformer:
    """Counts how often a model is loaded."""

    loads = 0

    def __init__(self, name: str, device: str | None = None) -> None:
        SentenceTransformer.loads += 1
        self.name, self.device = name, device

    def encode(self, sentences: Sequence[str], factor: float = 1.0) -> list[list[float]]:
        """Numbers of the letters a and b, and the length."""
        return [[factor * text.count("a"), factor * text.count("b"), factor * len(text)] for text in sentences]
