"""Runs of one pipeline on a schedule: jobs of the same name, one after the other."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from beamstack_submitter import main as main_module
from beamstack_submitter.main import Submitter

from .world import OLD, World


def run(world: World, monkeypatch: pytest.MonkeyPatch, work: Callable[[], None], watched: Callable[[], None] = lambda: None) -> int:
    """One run; `work` is what Beam's runner does until the end, `watched` what happens once a job is watched."""

    class Pipeline:
        def run(self) -> "Pipeline":
            work()
            return self

        def wait_until_finish(self) -> None:
            """Flink says how it went."""

    monkeypatch.setattr(main_module, "build", lambda *_given: Pipeline())
    monkeypatch.setattr(Submitter, "start_watch", lambda _self, _began: watched())
    stream, argv = world.stream(OLD)
    settings = replace(stream.settings, outcome="finished", upgrade="stateless", state=None)
    return Submitter(settings, stream.flink, stream.redaction).run(argv)


def ends(world: World, state: str) -> Callable[[], None]:
    """A job that ends at once, now."""
    return lambda: void(world.server.add(OLD, state, start=int(time.time() * 1000) + len(world.server.jobs)))


def void(_value: object) -> None:
    """Do nothing with it."""


@pytest.mark.parametrize(("first", "second", "code"), [("FINISHED", "FINISHED", 0), ("FAILED", "FINISHED", 0), ("FINISHED", "FAILED", 1)])
def test_each_run_has_its_own_end(world: World, monkeypatch: pytest.MonkeyPatch, first: str, second: str, code: int) -> None:
    run(world, monkeypatch, ends(world, first))

    assert run(world, monkeypatch, ends(world, second)) == code
    assert len(world.server.jobs) == 2


def test_a_run_that_never_reaches_flink_has_failed_though_the_one_before_has_just_finished(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("the job server does not answer")

    assert run(world, monkeypatch, ends(world, "FINISHED")) == 0
    assert run(world, monkeypatch, broken) == 1


def test_a_run_that_still_runs_is_watched_and_not_run_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.server.add(OLD, "RUNNING", start=1)

    def finished() -> None:
        world.server.jobs[0]["state"] = "FINISHED"

    assert run(world, monkeypatch, ends(world, "FAILED"), finished) == 0
    assert len(world.server.jobs) == 1
