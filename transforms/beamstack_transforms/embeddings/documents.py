"""Documents to embed, and the rows that embedding transforms give: alike for every model, so that each fits every sink."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import apache_beam as beam
from apache_beam.utils import shared

from ..elements import as_fields, choose_field, fields_of_type, require_fields, row_type_of
from ..errors import ErrorHandling, apply, error_tag, failed

EMBEDDED = row_type_of(
    [("id", str), ("embedding", Sequence[float]), ("text", str), ("extra_info", Mapping[str, str]), ("doc_id", str | None)],
)


class Document(NamedTuple):
    """A text with what is known of it."""

    text: str
    metadata: dict[str, str]
    # What the document is a part of; the same for all of its parts.
    doc_id: str | None

    @property
    def id(self) -> str:
        """The same for the same content, so that a second run replaces what the first has written.

        The text is a part of it: two sections of a page may have the same title and heading, and one must not replace the other.
        """
        content = json.dumps([self.doc_id, sorted(self.metadata.items()), self.text], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Fields(NamedTuple):
    """Names of an element's fields."""

    # Their texts are joined. Default: `text`, or the only field.
    embed: Sequence[str] = ()
    metadata: Sequence[str] = ()
    doc_id: str | None = None

    def check(self, element_type: Any) -> None:
        """Refuse names that the input does not have, as far as its type is known."""
        known = fields_of_type(element_type)
        if known is None:
            return
        names = [name for name, _ in known]
        require_fields(names, self.embed, "embed_fields")
        require_fields(names, self.metadata, "metadata_fields")
        require_fields(names, [self.doc_id] if self.doc_id else [], "doc_id")
        if not self.embed:
            choose_field(names, None, "text")

    def document(self, element: Any) -> Document:
        """The document of an element."""
        fields = as_fields(element)
        if fields is None:
            return Document(_not_blank(str(element), "the element"), {}, None)
        names = self.embed or [choose_field(list(fields), None, "text")]
        require_fields(list(fields), [*names, *self.metadata, *([self.doc_id] if self.doc_id else [])], "the transform")
        text = _not_blank("\n".join(_text(fields[name]) for name in names if fields[name] is not None), ", ".join(names))
        metadata = {name: _text(fields[name]) for name in self.metadata if fields[name] is not None}
        doc_id = fields[self.doc_id] if self.doc_id else None
        return Document(text, metadata, None if doc_id is None else _text(doc_id))


def _not_blank(text: str, where: str) -> str:
    if not text.strip():
        raise ValueError(f"there is no text to embed in {where}")
    return text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


class Model(Protocol):
    """Embeds texts. `embed` raises what `is_bad_input` tells from an outage, for which the runner tries again."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text, in their order."""

    def is_bad_input(self, error: Exception, /) -> bool:
        """Whether the texts are to blame."""


class ModelSource(Protocol):
    """Where a worker gets the model from."""

    def load(self) -> Model:
        """Called once for each worker process."""


class Embed(beam.PTransform):
    """Embeds elements in batches."""

    def __init__(
        self, source: ModelSource, fields: Fields, *, batch_size: int, error_handling: ErrorHandling | None, label: str | None
    ) -> None:
        super().__init__(label)
        if batch_size < 1:
            raise ValueError(f"batch_size is 1 or more, got {batch_size}")
        self._source, self._fields, self._batch_size = source, fields, batch_size
        self._tag = error_tag(error_handling)

    def expand(self, pcoll: Any) -> Any:
        """Rows with `id`, `embedding`, `text`, `extra_info` and `doc_id`."""
        self._fields.check(pcoll.element_type)
        batches = pcoll | "Batch" >> beam.BatchElements(min_batch_size=1, max_batch_size=self._batch_size)
        function = _EmbedFn(self._source, self._fields, self._tag)
        return apply(batches, function, EMBEDDED, tag=self._tag, element_type=pcoll.element_type)


class _EmbedFn(beam.DoFn):
    def __init__(self, source: ModelSource, fields: Fields, tag: str | None) -> None:
        self._source, self._fields, self._tag = source, fields, tag
        self._shared = shared.Shared()

    def setup(self) -> None:
        self._model: Model = self._shared.acquire(self._source.load)

    def process(self, batch: list[Any]) -> Iterator[Any]:
        ready: list[tuple[Any, Document]] = []
        for element in batch:
            try:
                ready.append((element, self._fields.document(element)))
            except Exception as error:
                yield self._letter(element, error)
        yield from self._embedded(ready)

    def _embedded(self, ready: list[tuple[Any, Document]]) -> Iterator[Any]:
        """A batch that the model refuses is halved until the text is alone that it refuses."""
        if not ready:
            return
        try:
            vectors = self._model.embed([document.text for _, document in ready])
        except Exception as error:
            if not self._model.is_bad_input(error):
                raise
            if len(ready) == 1:
                yield self._letter(ready[0][0], error)
                return
            middle = len(ready) // 2
            yield from self._embedded(ready[:middle])
            yield from self._embedded(ready[middle:])
            return
        for (_, document), vector in zip(ready, _alike(vectors, len(ready)), strict=True):
            yield beam.Row(id=document.id, embedding=vector, text=document.text, extra_info=document.metadata, doc_id=document.doc_id)

    def _letter(self, element: Any, error: Exception) -> Any:
        if self._tag is None:
            raise error
        return failed(self._tag, element, error)


def _alike(vectors: list[list[float]], count: int) -> list[list[float]]:
    dimensions = {len(vector) for vector in vectors}
    if len(vectors) != count or len(dimensions) != 1:
        raise RuntimeError(f"the model gave {len(vectors)} vectors of {sorted(dimensions)} dimensions for {count} texts")
    return vectors
