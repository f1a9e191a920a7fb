"""The sink, with the real client and a server on loopback."""

from typing import Any

import apache_beam as beam
import pytest

from beamstack_transforms.vectorstore.elasticsearch import WriteToElasticsearchVectorStore

from .conftest import Run
from .servers import FakeElasticsearch


def write(server: FakeElasticsearch, **settings: Any) -> WriteToElasticsearchVectorStore:
    return WriteToElasticsearchVectorStore("docs", es_url=server.server.url, **settings)


def row(text: str, dimensions: int = 3) -> beam.Row:
    return beam.Row(embedding=[1.0] * dimensions, text=text, extra_info={"url": "http://x/", "heading": "H"}, doc_id="T")


def test_documents_and_their_metadata_are_in_the_index(elasticsearch: FakeElasticsearch, run: Run) -> None:
    store = {"text_field": "documentation", "vector_field": "documentation_vector"}

    (written,) = run(write(elasticsearch, store_kwargs=store), [row("hello")])["good"]

    (identity, document) = next(iter(elasticsearch.documents.items()))
    assert (written.index, written.id) == ("docs", identity)
    assert document["documentation"] == "hello"
    assert document["documentation_vector"] == [1.0, 1.0, 1.0]
    assert document["metadata"] == {"url": "http://x/", "heading": "H", "document_id": "T", "doc_id": "T", "ref_doc_id": "T"}
    vector = {"type": "dense_vector", "dims": 3, "index": True, "similarity": "cosine"}
    assert elasticsearch.indexes["docs"]["properties"]["documentation_vector"] == vector


def test_a_second_run_replaces_what_the_first_has_written(elasticsearch: FakeElasticsearch, run: Run) -> None:
    for _ in range(2):
        run(write(elasticsearch), [row("one"), row("two")])

    assert len(elasticsearch.documents) == 2


def test_documents_are_written_in_bulk(elasticsearch: FakeElasticsearch, run: Run) -> None:
    run(write(elasticsearch), [row(str(number)) for number in range(60)])

    assert len(elasticsearch.documents) == 60
    assert len([asked for asked in elasticsearch.server.asked if asked.path.startswith("/_bulk")]) < 20


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"type": "dense_vector", "dims": 4}, "docs.embedding has vectors of 4 dimensions, this one has 3"),
        ({"type": "float"}, "embedding must be a dense_vector in docs"),
    ],
)
def test_an_index_that_does_not_fit_fails(elasticsearch: FakeElasticsearch, run: Run, field: dict[str, Any], message: str) -> None:
    elasticsearch.indexes["docs"] = {"properties": {"embedding": field}}

    with pytest.raises(Exception, match=message):
        run(write(elasticsearch, error_handling={"output": "errors"}), [row("x")])
    assert elasticsearch.documents == {}


def test_an_index_that_is_not_to_be_created_must_be_there(elasticsearch: FakeElasticsearch, run: Run) -> None:
    with pytest.raises(Exception, match="there is no index docs"):
        run(write(elasticsearch, create_index=False), [row("x")])


def test_a_document_that_is_refused_is_a_dead_letter(elasticsearch: FakeElasticsearch, run: Run) -> None:
    nothing = beam.Row(embedding=[], text="none", extra_info={}, doc_id=None)

    found = run(write(elasticsearch, error_handling={"output": "errors"}), [row("fine"), row("bad"), nothing])

    assert len(found["good"]) == 1
    assert sorted(each.element.text for each in found["errors"]) == ["bad", "none"]


def test_a_busy_index_is_asked_again(elasticsearch: FakeElasticsearch, run: Run) -> None:
    elasticsearch.busy = 1

    assert len(run(write(elasticsearch), [row("x")])["good"]) == 1


def test_settings_of_the_client_reach_it(elasticsearch: FakeElasticsearch, run: Run) -> None:
    run(write(elasticsearch, client_kwargs={"basic_auth": ["elastic", "secret"]}), [row("x")])

    assert elasticsearch.server.asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"store_kwargs": {"text_feld": "x"}}, "store_kwargs has text_feld"),
        ({"es_cloud_id": "x"}, "either es_url or es_cloud_id"),
        ({"client_kwargs": {"basic_auth": ["elastic", None]}}, "one of them is empty"),
        ({"store_kwargs": {"distance_strategy": "near"}}, "distance_strategy is one of"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WriteToElasticsearchVectorStore("docs", es_url="http://x", **settings)


def test_a_sink_of_rows_without_vectors_is_refused_before_anything_runs() -> None:
    with pytest.raises(ValueError, match="the sink names embedding; the input has text"):
        beam.Pipeline() | beam.Create([beam.Row(text="x")]) | WriteToElasticsearchVectorStore("docs", es_url="http://x")
