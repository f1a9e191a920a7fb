"""Applies a function to a text: to an element that is one, or to a field of a row, whose other fields stay."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import apache_beam as beam

from .elements import as_fields, choose_field, fields_of_type, row_type_of
from .errors import ErrorHandling, apply, error_tag, failed


class Work(Protocol):
    """What is done to a text. It travels to workers, so it is small; models are loaded there."""

    def load(self) -> Callable[[Any], Any]:
        """Called once for each worker."""


class OnText(beam.PTransform):
    """Base of transforms of one text. `usual` is the field that is worked on where none is named."""

    usual = "text"

    def __init__(
        self, work: Work, output_type: Any, field: str | None, error_handling: ErrorHandling | None, label: str | None = None
    ) -> None:
        super().__init__(label)
        self._work, self._output_type, self._field = work, output_type, field
        self._tag = error_tag(error_handling)

    def expand(self, pcoll: Any) -> Any:
        """One element for each element."""
        fields = fields_of_type(pcoll.element_type)
        name = None if fields is None else choose_field([name for name, _ in fields], self._field, self.usual)
        function = _ApplyFn(self._work, name or self._field, self.usual, self._tag)
        return apply(pcoll, function, self._type_of(fields, name, pcoll.element_type), tag=self._tag)

    def _type_of(self, fields: list[tuple[str, Any]] | None, name: str | None, element_type: Any) -> Any:
        if fields is not None:
            return row_type_of([(one, self._output_type if one == name else kind) for one, kind in fields])
        return self._output_type if element_type is str else Any


class _ApplyFn(beam.DoFn):
    def __init__(self, work: Work, field: str | None, usual: str, tag: str | None) -> None:
        self._work, self._field, self._usual, self._tag = work, field, usual, tag

    def setup(self) -> None:
        self._function = self._work.load()

    def process(self, element: Any) -> Iterator[Any]:
        try:
            yield self._applied(element)
        except Exception as error:
            if self._tag is None:
                raise
            yield failed(self._tag, element, error)

    def _applied(self, element: Any) -> Any:
        fields = as_fields(element)
        if fields is None:
            return self._function(element)
        name = choose_field(list(fields), self._field, self._usual)
        fields[name] = self._function(fields[name])
        return fields if isinstance(element, dict) else beam.Row(**fields)
