"""The life of a stream. Beam is replaced by a function that gives Flink a job; test/stacks/beam runs the same with both."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from beamstack_submitter.state import Version, read_state, write_state

from .world import LATEST, NEW, OLD, SAVEPOINT, Contested, KilledError, World


def test_the_first_version_starts_without_state_and_is_remembered(world: World) -> None:
    assert world.run(OLD) == 0

    state = read_state(world.store)
    assert world.started == [(OLD, None)]
    assert state.current is not None
    assert (state.current.job, state.current.files["pipeline.yaml"], state.status) == (OLD, f"# {OLD}", "RUNNING")


def test_the_next_version_goes_on_from_the_savepoint_of_the_last(world: World) -> None:
    world.run(OLD)

    assert world.run(NEW) == 0

    assert world.started[1:] == [(NEW, SAVEPOINT)]
    assert world.active() == [NEW]


def test_a_version_that_fails_gives_way_to_the_last_from_its_savepoint(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.run(OLD)
    world.broken = {NEW}

    assert world.run(NEW) == 3

    assert world.started[1:] == [(NEW, SAVEPOINT), (OLD, SAVEPOINT)]
    assert world.active() == [OLD]
    assert capsys.readouterr().err.strip().splitlines()[-1] == f"beamstack: pipeline {NEW} failed; {OLD} runs again from {SAVEPOINT}"


def test_a_version_that_fails_without_one_before_it_fails(world: World) -> None:
    world.broken = {NEW}

    assert world.run(NEW) == 1
    assert world.active() == []


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("requests", range(1, 61))
def test_a_killed_try_is_gone_on_with_by_the_next_and_one_job_runs(world: World, requests: int, fails: bool) -> None:
    world.run(OLD)
    world.broken = {NEW} if fails else set()
    world.left = requests
    try:
        world.run(NEW)
    except KilledError:
        world.left = None
        assert world.run(NEW) == (3 if fails else 0)
    assert world.active() == [OLD if fails else NEW]
    assert all(savepoint == SAVEPOINT for _name, savepoint in world.started[1:])


def test_state_of_another_sdk_is_refused_and_nothing_stops(world: World) -> None:
    world.run(OLD, sdk="2.76.0")

    assert world.run(NEW) == 2

    assert world.active() == [OLD]


def test_with_a_reset_the_old_version_leaves_a_savepoint_and_the_new_one_starts_without(world: World) -> None:
    world.run(OLD, sdk="2.76.0")

    assert world.run(NEW, state_reset="2.77.0") == 0

    assert world.started[1:] == [(NEW, None)]
    assert read_state(world.store).savepoint == SAVEPOINT


def test_a_savepoint_that_cannot_be_written_leaves_the_old_version_running(world: World) -> None:
    world.run(OLD)
    world.server.operation = {"failure-cause": {"stack-trace": "access denied"}}

    assert world.run(NEW) == 1

    assert world.active() == [OLD]
    assert len(world.started) == 1


def test_a_failed_savepoint_is_taken_again_by_the_next_try(world: World) -> None:
    world.run(OLD)
    world.server.operation = {"failure-cause": {"stack-trace": "access denied"}}
    world.run(NEW)
    world.server.operation = {"location": SAVEPOINT}

    assert world.run(NEW) == 0

    assert world.started[1:] == [(NEW, SAVEPOINT)]


def test_a_version_in_a_crash_loop_is_replaced_from_its_last_checkpoint(world: World) -> None:
    world.run(OLD)
    world.server.jobs[0]["state"] = "RESTARTING"
    world.server.checkpoints[world.server.jobs[0]["jid"]] = {"completed": {"external_path": "file:///checkpoints/7"}}

    assert world.run(NEW) == 0

    assert world.started[1:] == [(NEW, "file:///checkpoints/7")]
    assert world.active() == [NEW]


def lose(world: World) -> None:
    """Everything that was kept."""
    world.store.write("", {})


def forget(world: World) -> None:
    """What Flink remembers of ended jobs, after an hour."""
    state = read_state(world.store)
    state.savepoint = SAVEPOINT
    write_state(world.store, state)
    world.server.jobs.clear()


@pytest.mark.parametrize(("accident", "savepoint"), [(lose, SAVEPOINT), (forget, SAVEPOINT)])
def test_one_memory_is_enough_to_go_on(world: World, accident: Callable[[World], None], savepoint: str) -> None:
    world.run(OLD)

    accident(world)

    assert world.run(NEW) == 0
    assert world.started[1:] == [(NEW, savepoint)]


def before(world: World, change: Callable[[Version], Version]) -> None:
    """Change what is kept of the version that runs."""
    state = read_state(world.store)
    assert state.current is not None
    state.current = change(state.current)
    write_state(world.store, state)


def without_secrets(version: Version) -> Version:
    """Its Secret is no longer mounted."""
    return replace(version, files={name: text.replace("s/k", "s/other") for name, text in version.files.items()})


def without_files(version: Version) -> Version:
    """Its files did not fit into a ConfigMap."""
    return replace(version, files={})


def of_another_sdk(version: Version) -> Version:
    """Its image is another one."""
    return replace(version, sdk="2.76.0")


NO_WAY_BACK = [
    (without_secrets, f"this pod does not mount the secrets of {OLD}: s/other"),
    (without_files, f"the files of {OLD} were too large to be kept"),
    (of_another_sdk, f"{OLD} is of Beam 2.76.0, and this image has 2.77.0"),
]


@pytest.mark.parametrize(("change", "why"), NO_WAY_BACK)
def test_a_version_that_cannot_come_back_is_named(
    world: World, capsys: pytest.CaptureFixture[str], change: Callable[[Version], Version], why: str
) -> None:
    world.run(OLD)
    before(world, change)
    world.broken = {NEW}

    assert world.run(NEW, state_reset="2.77.0") == 1

    assert capsys.readouterr().err.strip().splitlines()[-1] == f"beamstack: pipeline {NEW} failed, and {why}"


@pytest.mark.parametrize("change", [change for change, _why in NO_WAY_BACK])
def test_a_version_that_restarts_stays_where_the_last_cannot_come_back(world: World, change: Callable[[Version], Version]) -> None:
    world.run(OLD)
    before(world, change)
    world.restarted = {NEW}

    assert world.run(NEW, state_reset="2.77.0") == 0

    assert world.active() == [NEW]


def test_a_version_that_restarts_gives_way_to_the_last(world: World) -> None:
    world.run(OLD)
    world.restarted = {NEW}

    assert world.run(NEW) == 3

    assert world.active() == [OLD]


def test_a_version_stays_where_beam_refuses_the_last(world: World) -> None:
    world.run(OLD)
    world.restarted, world.refused = {NEW}, {OLD}

    assert world.run(NEW) == 1

    assert world.active() == [NEW]
    assert read_state(world.store).rolling_back is False


@pytest.mark.parametrize("state", ["RUNNING", "CANCELED"])
@pytest.mark.parametrize("change", [change for change, _why in NO_WAY_BACK])
def test_a_roll_back_that_cannot_be_done_is_given_up(world: World, change: Callable[[Version], Version], state: str) -> None:
    world.run(OLD)
    world.server.find("0" * 32)["state"] = "FINISHED"  # type: ignore[index]
    before(world, change)
    kept = read_state(world.store)
    kept.pending, kept.rolling_back, kept.savepoint = NEW, True, SAVEPOINT
    write_state(world.store, kept)
    world.server.add(NEW, state, start=2**44)

    assert world.run(NEW, state_reset="2.77.0") == 0

    assert world.active() == [NEW]
    assert read_state(world.store).rolling_back is False


@pytest.mark.parametrize("ends", ["FINISHED", "CANCELED"])
def test_a_version_that_another_submitter_has_stopped_has_not_proved_itself(
    world: World, capsys: pytest.CaptureFixture[str], ends: str
) -> None:
    world.run(OLD)

    def claim() -> None:
        state = read_state(world.store)
        state.pending = LATEST
        write_state(world.store, state)
        world.server.jobs[-1]["state"] = ends

    world.then = claim

    assert world.run(NEW) == 2

    state = read_state(world.store)
    assert state.current is not None
    assert (state.current.job, state.pending) == (OLD, LATEST)
    assert [name for name, _savepoint in world.started] == [OLD, NEW]
    assert f"another submitter has begun to replace it with {LATEST}" in capsys.readouterr().err


@pytest.mark.parametrize(("pending", "after", "code"), [(LATEST, 0, 1), (LATEST, 1, 2), (None, 1, 0), (NEW, 2, 0)])
def test_two_submitters_do_not_overwrite_each_others_claims(world: World, pending: str | None, after: int, code: int) -> None:
    world.run(OLD)
    kept = world.store
    world.store = Contested(kept, pending, after)

    assert world.run(NEW) == code

    state = read_state(kept)
    assert state.current is not None
    assert (state.current.job, state.pending) == ((OLD, LATEST) if code else (NEW, None))
    assert world.active() == ([NEW] if code == 0 else [OLD] if after == 0 else [])
