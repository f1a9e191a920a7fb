"""The life of a stream: its next version starts from a savepoint of the last, proves that it runs, or gives way to the last one again."""

import os
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .arguments import flag, with_flag
from .flink import ACTIVE, BROKEN, PASSING, PATIENCE, Flink, Job
from .outcome import FAILED, FINISHED, REFUSED, ROLLED_BACK
from .pipeline import build
from .redaction import Redaction
from .settings import Settings, load, parse
from .state import ConflictError, State, Store, Version, read_state, write_state

# Where a version runs is not its own to say: a version that comes back takes these of the one that failed.
ADDRESSES = ("flink_master", "job_endpoint", "environment_config")


class DisplacedError(Exception):
    """Another submitter has claimed the stream for its version."""


class Attempt:
    """A pipeline that Beam's client submits and waits for, beside the thread that asks Flink."""

    def __init__(self, pipeline: Any) -> None:
        self.error = ""
        self._thread = threading.Thread(target=self._run, args=(pipeline,), daemon=True)
        self._thread.start()

    def _run(self, pipeline: Any) -> None:
        try:
            pipeline.run().wait_until_finish()
        except Exception as error:
            self.error = str(error) or type(error).__name__

    @property
    def over(self) -> bool:
        """Whether Beam's client no longer waits."""
        return not self._thread.is_alive()


@dataclass(frozen=True)
class Stream:
    """One try of a stream's Job."""

    settings: Settings
    flink: Flink
    redaction: Redaction
    store: Store
    clock: Callable[[], float] = field(default=time.monotonic)
    # What it writes into the state before it stops anything; empty: the version that it submits.
    claim: str = ""

    def say(self, text: str) -> None:
        """Prints a line for the log of the pod."""
        self.redaction.say(text)

    def run(self, argv: list[str]) -> int:
        """The exit code."""
        try:
            return self._run(argv)
        except DisplacedError as error:
            self.say(str(error))
            # Another try would stop the version of the other submitter.
            return REFUSED

    def _run(self, argv: list[str]) -> int:
        state = self.recorded()
        if state.pending == self.flink.name and state.rolling_back:
            code = self.roll_back(state, argv, "an earlier try has begun to")
            if code is not None:
                return code
        own = self._newest(self.flink.name)
        if own and own["state"] in PASSING:
            own = self._ended(self.flink)
        if own and own["state"] in ACTIVE:
            self.say(f"flink job {self.flink.name} runs already")
            if not self.claimed(state):
                return FAILED
            return self.settle(state, argv, 0, None)
        return self.start(state, argv)

    def recorded(self) -> State:
        """The state, an empty one where it is lost."""
        try:
            return read_state(self.store)
        except OSError as error:
            self.say(f"the state of {self.flink.base} cannot be read, Flink is asked instead: {error}")
            return State()

    def record(self, state: State) -> None:
        """Keeps the state; a stream runs without it, too."""
        try:
            try:
                write_state(self.store, state)
            except ConflictError:
                self._still_own()
                write_state(self.store, state)
        except OSError as error:
            self.say(f"the state of {self.flink.base} cannot be kept: {error}")

    def _still_own(self) -> None:
        pending = self.recorded().pending
        if pending not in {None, self.claim or self.flink.name}:
            raise DisplacedError(f"pipeline {self.flink.name} is given up: another submitter has begun to replace it with {pending}")

    def claimed(self, state: State) -> bool:
        """Says which version is about to run, before anything is stopped for it; False where another submitter writes at the same time."""
        state.pending, state.rolling_back = self.claim or self.flink.name, False
        try:
            write_state(self.store, state)
        except ConflictError as error:
            self.say(f"another submitter of {self.flink.base} is at work: {error}")
            return False
        except OSError as error:
            self.say(f"the state of {self.flink.base} cannot be kept: {error}")
        return True

    def start(self, state: State, argv: list[str]) -> int:
        """Replaces the version that runs."""
        other = self._other_sdk(state)
        if other and self.settings.state_reset != self.settings.sdk:
            self.say(
                f"{self.flink.base} has state of Beam {other}, which Beam {self.settings.sdk} cannot read: "
                f'set stateReset to "{self.settings.sdk}" to start without it, after a last savepoint'
            )
            return REFUSED
        try:
            pipeline = build(self.settings, self.redaction, argv)
        except Exception:
            text = traceback.format_exc()
            self.say(text)
            self.say("Beam refuses the pipeline: " + text.strip().splitlines()[-1])
            return REFUSED
        if not self.claimed(state):
            return FAILED
        try:
            savepoint = self._taken_over(state, with_state=not other)
            if savepoint is not None and flag(argv, "savepoint_path") != savepoint:
                pipeline = build(self.settings, self.redaction, with_flag(argv, "savepoint_path", savepoint))
        except (OSError, RuntimeError) as error:
            self.say(f"an older version of {self.flink.base} cannot be replaced: {error}")
            return FAILED
        self.record(state)
        # A job of this version that has ended, as one that was stopped, is not the one that is submitted now.
        last = self._newest(self.flink.name)
        began = max(int(time.time() * 1000) - 60_000, last["start-time"] + 1 if last else 0)
        return self.settle(state, argv, began, Attempt(pipeline))

    def _other_sdk(self, state: State) -> str | None:
        known = state.current.sdk if state.current else None
        return known if known and known != self.settings.sdk else None

    def _taken_over(self, state: State, *, with_state: bool) -> str | None:
        """Stops what older versions still run; returns the state from which the new one goes on."""
        savepoint = None
        for index, job in enumerate(self.flink.older()):
            if index == 0:
                savepoint = self.flink.end(job, self.say)
            else:
                self.flink.cancel(job)
                self.say(f"cancelled {job['name']}, an older version")
            if savepoint is not None:
                state.savepoint = savepoint
                self.record(state)
        if not with_state:
            self.say(f"starting without state, as stateReset says; the last savepoint is {state.savepoint}")
            return None
        return savepoint or self._left(state)

    def _left(self, state: State) -> str | None:
        left = self.flink.left()
        if left:
            self.say(f"going on from what {left[0]['name']} has left: {left[1]}")
            if left[0]["name"] != self.flink.name:
                # A checkpoint of the version that is tried is no way back for the one before.
                state.savepoint = left[1]
            return left[1]
        if state.savepoint:
            self.say(f"Flink knows no state of an earlier version; going on from the last savepoint of an upgrade: {state.savepoint}")
            return state.savepoint
        self.say("Flink knows no state of an earlier version")
        return None

    def settle(self, state: State, argv: list[str], began: int, attempt: Attempt | None) -> int:
        """Waits until the new version has proved itself, or makes room for the last one."""
        before = state.current if state.current and state.current.job != self.flink.name else None
        obstacle = self._obstacle(before) if before else "no version before it is known"
        # Without a version to go back to, Flink's own restarts are waited for.
        trouble = self.proved(began, attempt, strict=obstacle is None)
        # What another submitter has stopped has neither finished nor failed.
        self._still_own()
        if trouble is None:
            return self._proved(state, argv)
        self.say(trouble[-4000:])
        if obstacle is not None:
            self.say(f"pipeline {self.flink.name} failed, and {obstacle}")
            return FAILED
        return self.roll_back(state, argv, trouble.strip().splitlines()[-1]) or FAILED

    def _proved(self, state: State, argv: list[str]) -> int:
        job = self._newest(self.flink.name)
        state.current = Version(self.flink.name, self.settings.sdk, argv, self.files())
        state.pending, state.rolling_back = None, False
        state.job_id, state.status = (job["jid"], job["state"]) if job else (None, "FINISHED")
        self.record(state)
        self.say(f"pipeline {self.flink.name} " + ("finished" if state.status == "FINISHED" else "is running"))
        return FINISHED

    def files(self) -> dict[str, str]:
        """The texts of this version, by path."""
        found = {}
        for path in ["settings.json", *self.settings.files]:
            with open(os.path.join(self.settings.folder, path), encoding="utf-8", newline="") as file:
                found[path] = file.read()
        return found

    def proved(self, began: int, attempt: Attempt | None, *, strict: bool) -> str | None:
        """None once all tasks have run for long enough, else what is wrong. `strict`: a restart is wrong, too."""
        last, since, misses = None, None, 0
        while True:
            job = self.flink.job(began)
            state = job["state"] if job else "not there yet"
            if state != last:
                last = state
                self.say(f"flink job {self.flink.name}: {state}")
            if state == "FINISHED":
                return None
            misses = misses + 1 if job is None or state == "UNREACHABLE" else 0
            trouble = self._trouble(job, attempt, misses, strict=strict)
            if trouble:
                return trouble
            runs = job is not None and state == "RUNNING" and self.flink.runs(job)
            since = (since or self.clock()) if runs else None
            if since is not None and self.clock() - since >= self.settings.verify_seconds:
                return None
            time.sleep(self.flink.pause)

    def _trouble(self, job: Job | None, attempt: Attempt | None, misses: int, *, strict: bool) -> str | None:
        if job is None or job["state"] == "UNREACHABLE":
            gone = misses > PATIENCE or (job is None and attempt is not None and attempt.over and misses > 1)
            said = attempt.error if attempt else ""
            return f"{said}\nflink job {self.flink.name} is not there, or Flink does not answer" if gone else None
        if job["state"] in BROKEN:
            parts = [attempt.error if attempt else "", self.flink.reason(job), f"flink job {self.flink.name} is {job['state']}"]
            return "\n".join(filter(None, parts))
        reason = self.flink.reason(job) if strict else ""
        if reason or (strict and job["state"] in {"RESTARTING", "FAILING"}):
            return f"{reason}\nflink job {self.flink.name} has failed and is {job['state']}"
        return None

    def roll_back(self, state: State, argv: list[str], why: str) -> int | None:
        """Ends the version that failed and starts the one before from the savepoint of the upgrade.

        None where the one before cannot run again: the version that failed is then left as it is.
        """
        before = state.current
        if before is None:
            self._give_up(state, "no version before it is known")
            return None
        self.say(f"rolling back to {before.job}: {why}")
        runs = self._newest(before.job)
        pipeline = None
        if runs is None or runs["state"] not in ACTIVE:
            try:
                # Built before anything ends: where it cannot be, the new version is all there is.
                pipeline = self._pipeline_of(before, argv, state.savepoint)
            except Exception as error:
                self._give_up(state, f"{before.job} cannot be started again from {state.savepoint}: {error}")
                return None
        # Kept before the end: a try that is killed from here on is gone on with by the next.
        state.pending, state.rolling_back = self.flink.name, True
        self.record(state)
        try:
            self._end_own()
            returned = self._returned(before, pipeline)
        except Exception as error:
            self.say(f"{before.job} cannot be started again from {state.savepoint}: {error}")
            return FAILED
        state.pending, state.rolling_back = None, False
        state.job_id, state.status = returned["jid"], "ROLLED_BACK"
        self.record(state)
        self.say(f"pipeline {self.flink.name} failed; {before.job} runs again from {state.savepoint}")
        return ROLLED_BACK

    def _give_up(self, state: State, why: str) -> None:
        """No roll back. An earlier try may have recorded that it has begun."""
        self.say(why)
        if state.rolling_back:
            state.rolling_back = False
            self.record(state)

    def _end_own(self) -> None:
        own = self._newest(self.flink.name)
        if own and own["state"] in ACTIVE:
            self.flink.cancel(own)
            self._ended(self.flink)

    def _returned(self, before: Version, pipeline: Any | None) -> Job:
        flink = Flink(self.flink.url, before.job, self.flink.pause)
        began = int(time.time() * 1000) - 1_000 if pipeline else 0
        attempt = Attempt(pipeline) if pipeline else None
        earlier = replace(self, flink=flink, settings=replace(self.settings, verify_seconds=0.0))
        trouble = earlier.proved(began, attempt, strict=False)
        job = self._newest(before.job)
        if trouble or job is None:
            raise RuntimeError(trouble or "its job is not there")
        return job

    def _obstacle(self, before: Version) -> str | None:
        """Why this pod cannot start an earlier version; None where it can."""
        if before.sdk != self.settings.sdk:
            return f"{before.job} is of Beam {before.sdk}, and this image has {self.settings.sdk}"
        if "settings.json" not in before.files:
            return f"the files of {before.job} were too large to be kept"
        try:
            old = parse("", before.files["settings.json"])
        except (KeyError, TypeError, ValueError) as error:
            return f"the settings of {before.job} cannot be read: {error!r}"
        here = self._secrets()
        missing = [secret.ref for secret in old.secrets.values() if secret.ref not in here]
        return f"this pod does not mount the secrets of {before.job}: {', '.join(missing)}" if missing else None

    def _pipeline_of(self, before: Version, argv: list[str], savepoint: str | None) -> Any:
        obstacle = self._obstacle(before)
        if obstacle:
            raise RuntimeError(obstacle)
        with tempfile.TemporaryDirectory() as folder:
            for path, text in before.files.items():
                target = os.path.join(folder, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8", newline="") as file:
                    file.write(text)
            given = before.argv
            for name in ADDRESSES:
                given = with_flag(given, name, flag(argv, name) or "")
            # Beam resolves what a file includes beside the file.
            given = with_flag(given, "yaml_pipeline_file", os.path.join(folder, "pipeline.yaml"))
            given = with_flag(given, "savepoint_path", savepoint) if savepoint else given
            return build(self._mounted(load(folder)), self.redaction, given)

    def _secrets(self) -> dict[str, str]:
        """Where this pod has a secret, by its reference."""
        return {secret.ref: os.path.join(self.settings.folder, secret.file) for secret in self.settings.secrets.values()}

    def _mounted(self, old: Settings) -> Settings:
        """The old settings, with the files in which this pod has their secrets."""
        here = self._secrets()
        secrets = {name: replace(secret, file=here[secret.ref]) for name, secret in old.secrets.items()}
        return replace(old, secrets=secrets, original=None)

    def _newest(self, name: str) -> Job | None:
        return next((job for job in self.flink.jobs_for_sure() if job["name"] == name), None)

    def _ended(self, flink: Flink) -> Job | None:
        while True:
            job = self._newest(flink.name)
            if job is None or job["state"] not in ACTIVE:
                return job
            time.sleep(flink.pause)
