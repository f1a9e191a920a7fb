"""Embeddings by a server and by a model in the worker."""

from typing import Any

import apache_beam as beam
import pytest
from sentence_transformers import SentenceTransformer

from beamstack_transforms.embeddings import huggingface, openai
from beamstack_transforms.embeddings.documents import Fields

from .conftest import Run
from .servers import Answer, FakeOpenAI

ROW = beam.Row(title="T", heading="H", text="hello", url="http://x/")


def embed(server: FakeOpenAI, **settings: Any) -> openai.CreateEmbeddings:
    return openai.CreateEmbeddings("m", api_key="sk-test", base_url=server.server.url, **settings)


def test_a_row_becomes_a_vector_with_its_text_and_metadata(openai_server: FakeOpenAI, run: Run) -> None:
    (found,) = run(embed(openai_server, embed_fields=["heading", "text"], metadata_fields=["url", "heading"], doc_id="title"), [ROW])[
        "good"
    ]

    assert (found.embedding, found.text, found.doc_id) == ([7.0, 1.0], "H\nhello", "T")
    assert found.extra_info == {"url": "http://x/", "heading": "H"}
    assert openai_server.server.asked[0].headers["authorization"] == "Bearer sk-test"


def test_texts_are_sent_in_batches_and_come_back_in_their_order(openai_server: FakeOpenAI, run: Run) -> None:
    texts = ["x" * size for size in range(1, 41)]

    found = run(embed(openai_server, batch_size=16), texts)["good"]

    assert {each.text: each.embedding[0] for each in found} == {text: float(len(text)) for text in texts}
    assert len(openai_server.server.asked) < 40
    assert max(len(asked.json()["input"]) for asked in openai_server.server.asked) <= 16


def test_parameters_of_the_request_reach_the_server(openai_server: FakeOpenAI, run: Run) -> None:
    run(embed(openai_server, create_kwargs={"dimensions": 2}), ["a"])

    assert openai_server.server.asked[0].json()["dimensions"] == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(openai_server: FakeOpenAI, run: Run, status: int) -> None:
    openai_server.failures = [Answer(status, {"error": {"message": "later"}}, {"Retry-After": "0.01"})]

    assert len(run(embed(openai_server), ["a"])["good"]) == 1
    assert len(openai_server.server.asked) == 2


def test_a_text_that_is_refused_is_a_dead_letter_and_its_neighbours_are_not(openai_server: FakeOpenAI, run: Run) -> None:
    found = run(embed(openai_server, error_handling={"output": "errors"}), ["a", "bb", "bad", "dddd", " "])

    assert sorted(each.text for each in found["good"]) == ["a", "bb", "dddd"]
    assert sorted(each.element for each in found["errors"]) == [" ", "bad"]
    assert any("this text is refused" in each.msg for each in found["errors"])


def test_an_outage_fails_the_pipeline_even_with_dead_letters(openai_server: FakeOpenAI, run: Run) -> None:
    openai_server.failures = [Answer(500, {"error": {"message": "down"}})] * 9

    with pytest.raises(Exception, match="down"):
        run(embed(openai_server, max_retries=0, error_handling={"output": "errors"}), ["a"])


def test_the_id_depends_on_the_content_alone() -> None:
    fields = Fields(("text",), ("url",), "title")
    other = beam.Row(title="T", heading="H", text="other", url="http://x/")

    assert fields.document(ROW).id == fields.document(ROW.as_dict()).id
    assert len({fields.document(ROW).id, fields.document(other).id, Fields(("text",), (), "title").document(ROW).id}) == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"embed_fields": ["body"]}, "embed_fields names body; the input has a, b"),
        ({"metadata_fields": ["url"]}, "metadata_fields names url"),
        ({}, "name the field to work on"),
        ({"embed_fields": ["a"], "error_handling": {"output": "good"}}, "cannot be 'good'"),
        ({"embed_fields": ["a"], "error_handling": {"threshold": 1}}, "error_handling is {output: NAME}"),
        ({"embed_fields": ["a"], "batch_size": 0}, "batch_size is 1 or more"),
    ],
)
def test_wrong_settings_are_refused_before_anything_runs(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        beam.Pipeline() | beam.Create([beam.Row(a="x", b="y")]) | openai.CreateEmbeddings("m", **settings)


def test_a_model_in_the_worker_gives_the_same_rows_and_is_loaded_once(run: Run) -> None:
    SentenceTransformer.loads = 0
    transform = huggingface.CreateEmbeddings("some/model", encode_kwargs={"factor": 2.0}, metadata_fields=["url"], batch_size=2)

    found = run(transform, [beam.Row(text=text, url="u") for text in ("ab", "b", "aaa")])["good"]

    assert sorted(each.embedding for each in found) == [[0.0, 2.0, 2.0], [2.0, 2.0, 4.0], [6.0, 0.0, 6.0]]
    assert {each.extra_info["url"] for each in found} == {"u"}
    assert SentenceTransformer.loads == 1
