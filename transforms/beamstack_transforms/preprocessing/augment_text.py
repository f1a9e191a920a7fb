"""Makes variants of texts for training."""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import apache_beam as beam

from ..elements import as_fields, choose_field, fields_of_type
from ..errors import ErrorHandling, apply, error_tag, failed

_TECHNIQUES = ("synonym_replacement",)


class TextAugmentation(beam.PTransform):
    """Gives `augment_factor` variants of each element. The same text has the same variants in every run."""

    def __init__(
        self,
        techniques: Sequence[str],
        augment_factor: int = 1,
        synonyms: Mapping[str, Sequence[str]] | None = None,
        field: str | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            techniques: `synonym_replacement`.
            augment_factor: Variants of each element.
            synonyms: Synonyms by word, in lower case. Default: those of some frequent English words.
            field: Field of the text. Default: `text`, or the only field.
            error_handling: Output for elements without text.
        """
        super().__init__()
        unknown = [technique for technique in techniques if technique not in _TECHNIQUES]
        if unknown or not techniques:
            why = ": translation needs two models, use TextCompletionTransform" if "back_translation" in unknown else ""
            raise ValueError(f"techniques are {', '.join(_TECHNIQUES)}; got {', '.join(unknown) or 'none'}{why}")
        if augment_factor < 1:
            raise ValueError(f"augment_factor is 1 or more, got {augment_factor}")
        self._factor, self._field, self._tag = augment_factor, field, error_tag(error_handling)
        self._synonyms = None if synonyms is None else {word: list(others) for word, others in synonyms.items()}

    def expand(self, pcoll: Any) -> Any:
        """Elements of the same type."""
        fields = fields_of_type(pcoll.element_type)
        field = self._field if fields is None else choose_field([name for name, _ in fields], self._field, "text")
        return apply(pcoll, _AugmentFn(self._factor, self._synonyms, field, self._tag), pcoll.element_type, tag=self._tag)


class _AugmentFn(beam.DoFn):
    def __init__(self, factor: int, synonyms: dict[str, list[str]] | None, field: str | None, tag: str | None) -> None:
        self._factor, self._synonyms, self._field, self._tag = factor, synonyms, field, tag

    def setup(self) -> None:
        if self._synonyms is None:
            self._synonyms = json.loads(resources.files(__package__).joinpath("synonyms.json").read_text("utf-8"))

    def process(self, element: Any) -> Iterator[Any]:
        try:
            variants = [self._variant(element, number) for number in range(self._factor)]
        except Exception as error:
            if self._tag is None:
                raise
            yield failed(self._tag, element, error)
            return
        yield from variants

    def _variant(self, element: Any, number: int) -> Any:
        fields = as_fields(element)
        if fields is None:
            return self._replaced(element, number)
        name = choose_field(list(fields), self._field, "text")
        fields[name] = self._replaced(fields[name], number)
        return fields if isinstance(element, dict) else beam.Row(**fields)

    def _replaced(self, text: str, number: int) -> str:
        # Chance that depends on the text alone: a retried bundle gives what the first try gave.
        chance = random.Random(hashlib.sha256(f"{number}:{text}".encode()).digest())
        return re.sub(r"[^\W\d_]+", lambda found: self._synonym(found.group(), chance), text)

    def _synonym(self, word: str, chance: random.Random) -> str:
        others = (self._synonyms or {}).get(word.lower())
        if not others:
            return word
        other = chance.choice(others)
        return other.capitalize() if word[0].isupper() else other
