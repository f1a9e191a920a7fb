"""Fixtures of every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from beamstack_submitter import stream as stream_module
from beamstack_submitter.arguments import flag
from beamstack_submitter.redaction import Redaction
from beamstack_submitter.settings import Settings

from .fake_flink import FakeFlink
from .world import World


@pytest.fixture
def server() -> Iterator[FakeFlink]:
    """Start a Flink without jobs."""
    fake = FakeFlink()
    yield fake
    fake.close()


@pytest.fixture
def world(server: FakeFlink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Replace Beam."""
    world = World(server, tmp_path)

    class Pipeline:
        def __init__(self, argv: list[str]) -> None:
            self._argv = argv

        def run(self) -> "Pipeline":
            world.submit(self._argv)
            return self

        def wait_until_finish(self) -> None:
            """Flink says how it goes."""

    def build(_settings: Settings, _redaction: Redaction, argv: list[str]) -> Pipeline:
        if flag(argv, "job_name") in world.refused:
            raise ValueError("Beam does not know this transform")
        return Pipeline(argv)

    monkeypatch.setattr(stream_module, "build", build)

    class Attempt:
        """In this thread, so that a test kills it where it says."""

        over = True
        error = ""

        def __init__(self, pipeline: Pipeline) -> None:
            pipeline.run()

    monkeypatch.setattr(stream_module, "Attempt", Attempt)
    return world
