"""Compares sentences."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import apache_beam as beam
from apache_beam.utils import shared

from ..elements import as_fields, fields_of_type, require_fields, row_type_of
from ..errors import ErrorHandling, apply, error_tag, failed
from .documents import Model
from .huggingface import SentenceModel

SCORE = row_type_of([("first", str), ("second", str), ("score", float)])


class SentenceSimilarityTransform(beam.PTransform):
    """Gives `first`, `second` and `score` (their cosine) for each pair of the sentences of an element."""

    def __init__(
        self,
        model_name: str = "all-MiniLM-L6-v2",
        fields: Sequence[str] | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            model_name: Folder of the model in the worker, or its name on Hugging Face.
            fields: Fields of the sentences. Default: all.
            error_handling: Output for elements that failed.
        """
        super().__init__()
        if fields is not None and len(fields) < 2:
            raise ValueError("fields names two sentences or more")
        self._source, self._fields, self._tag = SentenceModel(model_name, None, {}), fields, error_tag(error_handling)

    def expand(self, pcoll: Any) -> Any:
        """One row for each pair."""
        known = fields_of_type(pcoll.element_type)
        if known is not None:
            require_fields([name for name, _ in known], self._fields or (), "fields")
        return apply(pcoll, _CompareFn(self._source, self._fields, self._tag), SCORE, tag=self._tag)


class _CompareFn(beam.DoFn):
    def __init__(self, source: SentenceModel, fields: Sequence[str] | None, tag: str | None) -> None:
        self._source, self._fields, self._tag = source, fields, tag
        self._shared = shared.Shared()

    def setup(self) -> None:
        self._model: Model = self._shared.acquire(self._source.load)

    def process(self, element: Any) -> Iterator[Any]:
        try:
            sentences = self._sentences(element)
            vectors = self._model.embed(sentences)
            scores = [
                beam.Row(first=sentences[one], second=sentences[other], score=_cosine(vectors[one], vectors[other]))
                for one, other in combinations(range(len(sentences)), 2)
            ]
        except Exception as error:
            if self._tag is None:
                raise
            yield failed(self._tag, element, error)
            return
        yield from scores

    def _sentences(self, element: Any) -> list[str]:
        fields = as_fields(element)
        found = list(element) if fields is None else [fields[name] for name in self._fields or fields]
        if isinstance(element, str) or len(found) < 2 or not all(isinstance(each, str) for each in found):
            raise ValueError("two sentences or more are needed")
        return found


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0
