"""Writes embedded documents to an index of Elasticsearch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from ..elements import as_fields, fields_of_type, require_fields, row_type_of
from ..embeddings.documents import Document
from ..errors import ErrorHandling, apply, error_tag, failed

WRITTEN = row_type_of([("index", str), ("id", str)])

# Names of distances as upstream's store has them, and as Elasticsearch has them.
_SIMILARITIES = {
    "COSINE": "cosine",
    "EUCLIDEAN_DISTANCE": "l2_norm",
    "DOT_PRODUCT": "dot_product",
    "MAX_INNER_PRODUCT": "max_inner_product",
}
_STORE_KEYS = ("text_field", "vector_field", "metadata_field", "distance_strategy", "batch_size")


class IndexMismatchError(Exception):
    """The index cannot take the documents, whatever they are."""


@dataclass(frozen=True)
class _Index:
    name: str
    text_field: str
    vector_field: str
    metadata_field: str
    similarity: str
    create: bool


class WriteToElasticsearchVectorStore(beam.PTransform):
    """Writes rows with `embedding`, `text`, `extra_info`, `id` and `doc_id`; gives `index` and `id` of what is written.

    A document has an id that depends on its content alone, so that a second run replaces what the first has written. The index is created
    where it is not there, and must have a vector field of the same dimensions where it is.
    """

    def __init__(
        self,
        index_name: str,
        es_url: str | None = None,
        es_api_key: str | None = None,
        es_cloud_id: str | None = None,
        client_kwargs: Mapping[str, Any] | None = None,
        store_kwargs: Mapping[str, Any] | None = None,
        create_index: bool = True,
        error_handling: ErrorHandling | None = None,
        label: str | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            index_name: Name of the index or of an alias.
            es_url: Address of the server.
            es_api_key: Key of its API.
            es_cloud_id: Id of a deployment in Elastic Cloud, in place of an address.
            client_kwargs: Parameters of the client, such as `basic_auth`, `ca_certs` and `request_timeout`.
            store_kwargs: `text_field` (content), `vector_field` (embedding), `metadata_field` (metadata), `distance_strategy` (COSINE) and
                `batch_size` (200).
            create_index: Whether an index that is not there is created; else it is an error.
            error_handling: Output for documents that the index refuses.
            label: Name of the transform.
        """
        super().__init__(label)
        store = dict(store_kwargs or {})
        unknown = sorted(set(store) - set(_STORE_KEYS))
        if unknown:
            raise ValueError(f"store_kwargs has {', '.join(unknown)}; known are {', '.join(_STORE_KEYS)}")
        if (es_url is None) == (es_cloud_id is None):
            raise ValueError("give either es_url or es_cloud_id")
        strategy = str(store.get("distance_strategy", "COSINE")).upper()
        if strategy not in _SIMILARITIES:
            raise ValueError(f"distance_strategy is one of {', '.join(_SIMILARITIES)}, got {strategy}")
        self._index = _Index(
            name=index_name,
            text_field=store.get("text_field", "content"),
            vector_field=store.get("vector_field", "embedding"),
            metadata_field=store.get("metadata_field", "metadata"),
            similarity=_SIMILARITIES[strategy],
            create=create_index,
        )
        self._batch_size = int(store.get("batch_size", 200))
        self._client = {"hosts": es_url, "cloud_id": es_cloud_id, "api_key": es_api_key, **_client_settings(client_kwargs or {})}
        self._tag = error_tag(error_handling)

    def expand(self, pcoll: Any) -> Any:
        """One row for each written document."""
        fields = fields_of_type(pcoll.element_type)
        if fields is not None:
            require_fields([name for name, _ in fields], ["embedding"], "the sink")
        batches = pcoll | "Batch" >> beam.BatchElements(min_batch_size=1, max_batch_size=self._batch_size)
        function = _WriteFn(self._client, self._index, self._tag)
        return apply(batches, function, WRITTEN, tag=self._tag, element_type=pcoll.element_type)


def _client_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """YAML has lists where the client wants pairs."""
    settings = dict(given)
    for name in ("basic_auth", "api_key"):
        if isinstance(settings.get(name), list):
            settings[name] = tuple(settings[name])
    if settings.get("basic_auth") is not None and None in tuple(settings["basic_auth"]):
        raise ValueError("client_kwargs.basic_auth is a user and a password; one of them is empty")
    return settings


class _WriteFn(beam.DoFn):
    def __init__(self, client: dict[str, Any], index: _Index, tag: str | None) -> None:
        self._settings, self._index, self._tag = client, index, tag

    def setup(self) -> None:
        # The package is needed on workers only.
        from elasticsearch import Elasticsearch

        settings = {"request_timeout": 60, "max_retries": 5, "retry_on_timeout": True, **self._settings}
        self._client = Elasticsearch(**{name: value for name, value in settings.items() if value is not None})
        # Dimensions of the index; 0 until it was looked at.
        self._dimensions = 0

    def teardown(self) -> None:
        self._client.close()

    def process(self, batch: list[Any]) -> Iterator[Any]:
        from elasticsearch import helpers

        ready: list[tuple[Any, dict[str, Any]]] = []
        for element in batch:
            try:
                ready.append((element, self._document(element)))
            except IndexMismatchError:
                raise
            except Exception as error:
                yield self._letter(element, error)
        actions = [{"_op_type": "index", "_index": self._index.name, **document} for _, document in ready]
        # Retries what the server was too busy for (429), with pauses that double.
        answers = helpers.streaming_bulk(self._client, actions, raise_on_error=False, max_retries=5, initial_backoff=1)
        for (element, document), (written, answer) in zip(ready, answers, strict=True):
            if written:
                yield beam.Row(index=self._index.name, id=document["_id"])
                continue
            outcome = answer["index"]
            refusal = RuntimeError(f"{self._index.name} refuses {document['_id']}: {json.dumps(outcome.get('error'))}")
            # The document is to blame for 400 alone; all else is for the runner to try again.
            if outcome.get("status") != 400:
                raise refusal
            yield self._letter(element, refusal)

    def _letter(self, element: Any, error: Exception) -> Any:
        if self._tag is None:
            raise error
        return failed(self._tag, element, error)

    def _document(self, element: Any) -> dict[str, Any]:
        fields = as_fields(element)
        if fields is None or not fields.get("embedding"):
            raise ValueError("there is no embedding in the element")
        vector = [float(number) for number in fields["embedding"]]
        self._check(len(vector))
        text, info, doc_id = fields.get("text") or "", dict(fields.get("extra_info") or {}), fields.get("doc_id")
        identity = fields.get("id") or _content_id(text, info, doc_id)
        # Source: llama-index reads these names of its own beside the metadata of the user.
        own = {"document_id": doc_id or identity, "doc_id": doc_id or identity, "ref_doc_id": doc_id or identity}
        source = {
            self._index.text_field: text,
            self._index.vector_field: vector,
            self._index.metadata_field: {**info, **own},
        }
        return {"_id": identity, "_source": source}

    def _check(self, dimensions: int) -> None:
        """The first vector decides of an index that is not there yet; each later one must be as the index is."""
        if not self._dimensions:
            self._dimensions = self._prepared(dimensions)
        if dimensions != self._dimensions:
            raise IndexMismatchError(
                f"{self._index.name}.{self._index.vector_field} has vectors of {self._dimensions} dimensions, this one has {dimensions}: "
                "use the model that the index was made for, or another index"
            )

    def _prepared(self, dimensions: int) -> int:
        from elasticsearch import BadRequestError

        index = self._index
        vector = {"type": "dense_vector", "dims": dimensions, "index": True, "similarity": index.similarity}
        if not self._client.indices.exists(index=index.name):
            if not index.create:
                raise IndexMismatchError(f"there is no index {index.name}, and create_index is false")
            text = {"type": "text"}
            keywords = {"properties": {name: {"type": "keyword"} for name in ("document_id", "doc_id", "ref_doc_id")}}
            properties = {index.text_field: text, index.vector_field: vector, index.metadata_field: keywords}
            try:
                self._client.indices.create(index=index.name, mappings={"properties": properties})
            except BadRequestError as error:
                # Another worker was faster.
                if error.error != "resource_already_exists_exception":
                    raise
        return _dimensions_of(self._client.indices.get_mapping(index=index.name).body, index)


def _dimensions_of(mappings: Mapping[str, Any], index: _Index) -> int:
    """The dimensions that every index behind the name has."""
    found = {name: mapping["mappings"].get("properties", {}).get(index.vector_field, {}) for name, mapping in mappings.items()}
    wrong = {name: field.get("type", "absent") for name, field in found.items() if field.get("type") != "dense_vector"}
    if wrong or not found:
        raise IndexMismatchError(f"{index.vector_field} must be a dense_vector in {index.name}, and is {wrong or 'nowhere'}")
    dimensions: Sequence[int] = sorted({int(field.get("dims", 0)) for field in found.values()})
    if len(dimensions) != 1 or not dimensions[0]:
        raise IndexMismatchError(
            f"{index.vector_field} has no dimensions of its own, or different ones, in {', '.join(found)}: {dimensions}"
        )
    return dimensions[0]


def _content_id(text: str, info: dict[str, Any], doc_id: str | None) -> str:
    return Document(text, {name: str(value) for name, value in info.items()}, doc_id).id
