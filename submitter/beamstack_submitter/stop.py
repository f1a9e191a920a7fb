"""The end of a pipeline that leaves: none of its versions runs on Flink any more, and what keeps state has left a savepoint."""

import time

from .flink import ACTIVE, Flink, Job
from .outcome import FAILED, FINISHED, REFUSED
from .state import State, Version
from .stream import DisplacedError, Stream


def claim_of(flink: Flink) -> str:
    """What stands in the state in place of a version, so that submitters of versions give up; no version ends with it."""
    return flink.base + "-stop"


def stop(stream: Stream, argv: list[str]) -> int:
    """The exit code."""
    try:
        return _stop(stream, argv)
    except DisplacedError as error:
        stream.say(str(error))
        return REFUSED
    except (OSError, RuntimeError) as error:
        stream.say(f"{stream.flink.base} cannot be stopped: {error}")
        return FAILED


def _stop(stream: Stream, argv: list[str]) -> int:
    flink, base = stream.flink, stream.flink.base
    state = stream.recorded()
    running = _running(flink)
    if not stream.claimed(state):
        return FAILED
    if not running:
        stream.say(f"no version of {base} runs on Flink: there is nothing to stop")
    for index, job in enumerate(running):
        if index == 0 and stream.settings.upgrade == "savepoint":
            _end(stream, state, job, argv)
        else:
            flink.cancel(job)
            stream.say(f"cancelled {job['name']}")
    while _running(flink):
        time.sleep(flink.pause)
    left = flink.left() if stream.settings.upgrade == "savepoint" else None
    if left:
        state.savepoint = left[1]
    elif state.savepoint:
        stream.say(f"Flink knows no state of it; the last savepoint that is known is {state.savepoint}")
    state.status = "STOPPED"
    stream.record(state)
    stream.say(f"{base} is stopped" + (f"; its state is in {left[1]}" if left else ""))
    return FINISHED


def _running(flink: Flink) -> list[Job]:
    return [job for job in flink.versions() if job["state"] in ACTIVE]


def _end(stream: Stream, state: State, job: Job, argv: list[str]) -> None:
    savepoint = stream.flink.end(job, stream.say)
    if savepoint is None:
        return
    state.savepoint = savepoint
    if job["name"] == stream.flink.name:
        # A version whose submitter was killed before it was proved: its tasks ran, and the savepoint is of its SDK.
        state.current = Version(job["name"], stream.settings.sdk, argv, stream.files())
    # Kept at once: from here on Flink is the only other one that knows where the savepoint is.
    stream.record(state)
