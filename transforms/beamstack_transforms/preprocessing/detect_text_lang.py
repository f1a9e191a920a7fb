"""Tells the language of texts."""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam

from ..elements import as_fields, choose_field, fields_of_type, row_type_of
from ..errors import ErrorHandling, apply, error_tag, failed


class LanguageDetection(beam.PTransform):
    """Adds the language of a text, as an ISO 639-1 code; a text that is an element becomes a row with `text` and `language`."""

    def __init__(self, output_key: str | None = None, field: str | None = None, error_handling: ErrorHandling | None = None) -> None:
        """Settings of the transform.

        Args:
            output_key: Field of the language. Default: `language`.
            field: Field of the text. Default: `text`, or the only field.
            error_handling: Output for elements without text.
        """
        super().__init__()
        self._key, self._field, self._tag = output_key or "language", field, error_tag(error_handling)

    def expand(self, pcoll: Any) -> Any:
        """Rows with one more field."""
        fields = fields_of_type(pcoll.element_type)
        field = self._field if fields is None else choose_field([name for name, _ in fields], self._field, "text")
        return apply(pcoll, _DetectFn(self._key, field, self._tag), self._type(pcoll.element_type, fields), tag=self._tag)

    def _type(self, element_type: Any, fields: list[tuple[str, Any]] | None) -> Any:
        if fields is None:
            return row_type_of([("text", str), (self._key, str)]) if element_type is str else Any
        return row_type_of([*((name, kind) for name, kind in fields if name != self._key), (self._key, str)])


class _DetectFn(beam.DoFn):
    def __init__(self, key: str, field: str | None, tag: str | None) -> None:
        self._key, self._field, self._tag = key, field, tag

    def setup(self) -> None:
        # Its model is in the package; loading it takes a second, on workers only.
        import py3langid

        self._classify = py3langid.classify

    def process(self, element: Any) -> Iterator[Any]:
        try:
            yield self._detected(element)
        except Exception as error:
            if self._tag is None:
                raise
            yield failed(self._tag, element, error)

    def _detected(self, element: Any) -> Any:
        fields = as_fields(element)
        if fields is None:
            fields = {"text": element}
        name = choose_field(list(fields), self._field, "text")
        text = fields[name]
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"there is no text in {name}")
        fields.pop(self._key, None)
        detected = {**fields, self._key: str(self._classify(text)[0])}
        return detected if isinstance(element, dict) else beam.Row(**detected)
