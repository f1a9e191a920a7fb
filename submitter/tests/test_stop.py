"""The end of a stream that leaves: no job, and a savepoint from which the pipeline goes on when it comes back."""

from threading import Timer
from typing import Any

import pytest

from beamstack_submitter import main as main_module
from beamstack_submitter import stream as stream_module
from beamstack_submitter.main import Submitter
from beamstack_submitter.state import State, read_state, write_state

from .world import LATEST, NEW, OLD, SAVEPOINT, Contested, KilledError, World


def test_a_stream_leaves_a_savepoint_and_no_job(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.run(OLD)

    assert world.stop(OLD) == 0

    state = read_state(world.store)
    assert (world.active(), state.savepoint, state.status) == ([], SAVEPOINT, "STOPPED")
    assert f"clicks is stopped; its state is in {SAVEPOINT}" in capsys.readouterr().err


@pytest.mark.parametrize("name", [OLD, NEW])
def test_the_pipeline_that_comes_back_goes_on_from_the_savepoint(world: World, name: str) -> None:
    world.run(OLD)
    world.stop(OLD)
    # Flink has forgotten the job: only the state knows.
    world.server.jobs.clear()

    assert world.run(name) == 0

    assert world.started[1:] == [(name, SAVEPOINT)]
    assert (world.active(), read_state(world.store).pending) == ([name], None)


def test_the_job_that_was_stopped_is_not_taken_for_the_one_that_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(OLD)
    world.stop(OLD)

    class Late:
        """Beam's client needs a moment until Flink has the job."""

        over = False
        error = ""

        def __init__(self, pipeline: Any) -> None:
            Timer(0.05, pipeline.run).start()

    monkeypatch.setattr(stream_module, "Attempt", Late)

    assert world.run(OLD) == 0

    assert (world.active(), read_state(world.store).status) == ([OLD], "RUNNING")


@pytest.mark.parametrize("requests", range(14))
def test_a_killed_stop_is_gone_on_with_by_the_next(world: World, requests: int) -> None:
    world.run(OLD)
    world.left = requests
    with pytest.raises(KilledError):
        world.stop(OLD)

    world.left = None
    assert world.stop(OLD) == 0

    assert (world.active(), read_state(world.store).savepoint) == ([], SAVEPOINT)
    assert len(world.server.operations) == 1


def test_other_versions_are_cancelled_and_other_pipelines_left_alone(world: World) -> None:
    world.run(OLD)
    for name in (NEW, "clicks-daily-00000001"):
        world.server.add(name, "RUNNING", start=2**46)

    assert world.stop(NEW) == 0

    assert [(job["name"], job["state"]) for job in world.server.jobs] == [
        (OLD, "CANCELED"),
        (NEW, "FINISHED"),
        ("clicks-daily-00000001", "RUNNING"),
    ]


def test_without_state_to_keep_the_job_is_cancelled(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.server.add(OLD, "RUNNING")

    assert world.stop(OLD, upgrade="stateless") == 0

    assert [job["state"] for job in world.server.jobs] == ["CANCELED"]
    assert "savepoint" not in capsys.readouterr().err


def test_a_stream_in_a_crash_loop_leaves_its_last_checkpoint(world: World) -> None:
    world.run(OLD)
    world.server.jobs[0]["state"] = "RESTARTING"
    world.server.checkpoints[world.server.jobs[0]["jid"]] = {"completed": {"external_path": "file:///checkpoints/7"}}

    assert world.stop(OLD) == 0

    assert (world.active(), read_state(world.store).savepoint) == ([], "file:///checkpoints/7")


def test_where_nothing_runs_it_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    write_state(world.store, State(savepoint=SAVEPOINT))

    assert world.stop(OLD) == 0

    said = capsys.readouterr().err
    assert "no version of clicks runs on Flink: there is nothing to stop" in said
    assert f"Flink knows no state of it; the last savepoint that is known is {SAVEPOINT}" in said


def test_a_savepoint_that_cannot_be_written_leaves_the_stream_running(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.run(OLD)
    world.server.operation = {"failure-cause": {"stack-trace": "java.io.IOException: no space left"}}

    assert world.stop(OLD) == 1

    assert (world.active(), read_state(world.store).status) == ([OLD], "RUNNING")
    assert "clicks cannot be stopped: no savepoint" in capsys.readouterr().err


def test_a_flink_that_does_not_answer_fails_with_the_reason(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.server.close()

    assert world.stop(OLD) == 1

    assert f"clicks cannot be stopped: Flink does not answer at http://{world.server.address}" in capsys.readouterr().err


@pytest.mark.parametrize(("after", "code"), [(0, 1), (2, 2)])
def test_a_stop_and_a_submitter_do_not_overwrite_each_others_claims(world: World, after: int, code: int) -> None:
    world.run(OLD)
    kept = world.store
    world.store = Contested(kept, LATEST, after)

    assert world.stop(OLD) == code

    assert read_state(kept).pending == LATEST


def test_a_version_that_was_not_proved_yet_gives_up_when_it_is_stopped(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    stopping = []

    def stopped() -> None:
        world.then = lambda: None
        stopping.append(world.stop(OLD))

    world.then = stopped

    assert (world.run(OLD), stopping) == (2, [0])

    assert (world.active(), read_state(world.store).status) == ([], "STOPPED")
    assert "another submitter has begun to replace it with clicks-stop" in capsys.readouterr().err


def test_the_variable_makes_a_submitter_stop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run(OLD)
    stream, argv = world.stream(OLD)
    monkeypatch.setenv("BEAMSTACK_STOP", "1")
    monkeypatch.setattr(main_module, "store_of", lambda _name, _environment: world.store)

    assert Submitter(stream.settings, stream.flink, stream.redaction).run(argv) == 0

    assert (world.active(), read_state(world.store).savepoint) == ([], SAVEPOINT)
