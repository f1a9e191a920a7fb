"""Servers of every test."""

from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from .servers import FakeElasticsearch, FakeOpenAI, FakeSite


@pytest.fixture
def openai_server() -> Iterator[FakeOpenAI]:
    """Start a server with OpenAI's API."""
    fake = FakeOpenAI()
    yield fake
    fake.server.close()


@pytest.fixture
def elasticsearch() -> Iterator[FakeElasticsearch]:
    """Start an Elasticsearch without indexes."""
    fake = FakeElasticsearch()
    yield fake
    fake.server.close()


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """Start a site without pages."""
    fake = FakeSite({})
    yield fake
    fake.server.close()


Run = Callable[..., dict[str, list[Any]]]


@pytest.fixture
def run() -> Run:
    """Run a transform on elements with Beam's own runner, and collect its outputs by name."""

    def outputs(transform: beam.PTransform, elements: list[Any]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        _SINK.clear()
        with beam.Pipeline(runner="FnApiRunner", options=PipelineOptions(["--no_pipeline_type_check"])) as pipeline:
            results = pipeline | beam.Create(elements, reshuffle=False) | transform
            for name, pcoll in (results if isinstance(results, dict) else {"good": results}).items():
                pcoll | f"Collect {name}" >> beam.Map(_collect, name)
        for name, element in _SINK:
            found.setdefault(name, []).append(element)
        return found

    return outputs


# Beam's runner works in this process.
_SINK: list[tuple[str, Any]] = []


def _collect(element: Any, name: str) -> None:
    _SINK.append((name, element))
