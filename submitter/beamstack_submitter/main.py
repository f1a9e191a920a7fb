"""Submits the pipeline, or watches the job that an earlier try has submitted, and ends as the job ends."""

import logging
import os
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from .arguments import flag, with_flag
from .flink import ACTIVE, BROKEN, PASSING, PATIENCE, Flink, Job
from .outcome import FAILED, FINISHED, REFUSED, TERMINATED
from .pipeline import build
from .redaction import Redaction
from .settings import Settings, load
from .state import store_of
from .stop import claim_of, stop
from .stream import Stream


@dataclass(frozen=True)
class Submitter:
    """One try of a pipeline's Job."""

    settings: Settings
    flink: Flink
    redaction: Redaction

    def say(self, text: str) -> None:
        """Prints a line for the log of the pod."""
        self.redaction.say(text)

    def run(self, argv: list[str]) -> int:
        """The exit code."""
        if os.environ.get("BEAMSTACK_STOP") == "1":
            return self.stop(argv)
        if self.settings.state and not self.settings.without_flink:
            stream = Stream(self.settings, self.flink, self.redaction, store_of(self.settings.state, dict(os.environ)))
            return self.guarded(lambda: stream.run(argv))
        return self.guarded(lambda: self.job(argv))

    def stop(self, argv: list[str]) -> int:
        """Ends what any version of the pipeline runs."""
        if self.settings.without_flink:
            self.say(f"{self.flink.base} does not run on Flink: it ends with its pod")
            return FINISHED
        store = store_of(self.settings.state, dict(os.environ))
        return stop(Stream(self.settings, self.flink, self.redaction, store, claim=claim_of(self.flink)), argv)

    def guarded(self, work: Callable[[], int]) -> int:
        """A Flink that is away for good ends a try, not the pipeline."""
        try:
            return work()
        except OSError as error:
            self.say(str(error))
            return FAILED

    def job(self, argv: list[str]) -> int:
        """The exit code of a pipeline without state to keep."""
        code = None if self.settings.without_flink else self.attach()
        return self.submit(argv) if code is None else code

    def attach(self) -> int | None:
        """An earlier try of this Job may have left its job running: it is watched, not started again."""
        job = next((job for job in self.flink.jobs_for_sure() if job["name"] == self.flink.name), None)
        if job and job["state"] in PASSING:
            # What an evicted pod asked to end has not been run.
            job = self.follow(0)
        if job is None or job["state"] not in ACTIVE:
            return None
        self.say(f"flink job {self.flink.name} runs already")
        self.start_watch(0)
        job = self.follow(0)
        if job is None or job["state"] == "UNREACHABLE":
            self.say(f"nobody saw how {self.flink.name} ended: Flink no longer knows it, or does not answer")
            return FAILED
        return self.ended(0, "")

    def submit(self, argv: list[str]) -> int:
        """Expands the file, ends older versions, and runs the pipeline."""
        try:
            pipeline = build(self.settings, self.redaction, argv)
        except Exception:
            text = traceback.format_exc()
            self.say(text)
            self.say("Beam refuses the pipeline: " + text.strip().splitlines()[-1])
            return REFUSED
        try:
            savepoint = None if self.settings.without_flink else self.replace_older()
            if savepoint is not None and flag(argv, "savepoint_path") != savepoint:
                pipeline = build(self.settings, self.redaction, with_flag(argv, "savepoint_path", savepoint))
        except (OSError, RuntimeError) as error:
            self.say(f"an older version of {self.flink.base} cannot be replaced: {error}")
            return FAILED
        return self.submitted(pipeline)

    def submitted(self, pipeline: Any) -> int:
        """Runs the pipeline to its outcome."""
        began = 0 if self.settings.without_flink else self.begin()
        if not self.settings.without_flink:
            self.start_watch(began)
        text = ""
        try:
            pipeline.run().wait_until_finish()
        except Exception as error:
            text = str(error) or type(error).__name__
        return self.ended(began, text)

    def begin(self) -> int:
        """From when on a job of this name is that of this try: clocks may differ by a minute, in which an earlier run may have ended."""
        newest = self.flink.job()
        return max(int(time.time() * 1000) - 60_000, newest["start-time"] + 1 if newest else 0)

    def replace_older(self) -> str | None:
        """Ends what older versions of this pipeline still run; returns the state from which the new one goes on.

        With savepoints, what an earlier try of this version has already stopped counts as well, and both count more than a savepoint that
        is given.
        """
        with_state = self.settings.upgrade == "savepoint"
        savepoint = None
        for index, job in enumerate(self.flink.older()):
            if with_state and index == 0:
                savepoint = self.flink.end(job, self.say)
            else:
                self.flink.cancel(job)
                self.say(f"cancelled {job['name']}, an older version")
        if not with_state or savepoint is not None:
            return savepoint
        left = self.flink.left()
        if left is None:
            self.say("Flink knows no state of an earlier version")
            return None
        job, savepoint = left
        self.say(f"going on from what {job['name']} has left: {savepoint}")
        return savepoint

    def start_watch(self, began: int) -> None:
        """Watches beside the thread that waits for Beam."""
        threading.Thread(target=self.watch, args=(began,), daemon=True).start()

    def watch(self, began: int) -> NoReturn:
        """Tells of each new state; ends the process once a job that is only wanted running runs."""
        last = None
        while True:
            job = self.flink.job(began)
            state = job["state"] if job else "not there yet"
            if state != last:
                last = state
                self.say(f"flink job {self.flink.name}: {state}")
            if job and self.settings.outcome == "running" and state == "RUNNING" and self.flink.runs(job):
                self.say(f"pipeline {self.flink.name} is running")
                os._exit(FINISHED)
            time.sleep(self.flink.pause)

    def follow(self, began: int) -> Job | None:
        """The job's last state. Flink may be away for a minute; where it never answered, nobody waits for it."""
        if self.settings.without_flink:
            return None
        flink = self.flink
        job, misses = flink.job(began), 0
        while job and (job["state"] in ACTIVE or (job["state"] == "UNREACHABLE" and flink.answered and misses < PATIENCE)):
            misses = 0 if job["state"] in ACTIVE else misses + 1
            time.sleep(flink.pause)
            job = flink.job(began)
        return job

    def ended(self, began: int, text: str) -> int:
        """Flink's word counts, and Beam's where Flink has none: a client that lost its job server has not lost its job."""
        name = self.flink.name
        job = self.follow(began)
        state = job["state"] if job else None
        if state == "FINISHED" or (not text and state not in BROKEN):
            if text:
                self.say(text[-4000:])
            self.say(f"pipeline {name} finished")
            return FINISHED
        reason = self.flink.reason(job) if job and job["jid"] else ""
        for part in filter(None, (text, reason)):
            self.say(part[-4000:])
        found = re.findall(r"^(?:\w+\.)*\w*(?:Error|Exception): .*", text + "\n" + reason, re.MULTILINE)
        self.say(f"pipeline {name} failed" + (": " + found[-1][:500] if found else ""))
        return FAILED

    def terminate(self) -> NoReturn:
        """A pod that is asked to end takes its batch job with it; a stream goes on."""
        try:
            job = self.flink.job() if self.settings.outcome == "finished" and not self.settings.without_flink else None
            if job and job["jid"] and job["state"] in ACTIVE:
                self.flink.cancel(job)
        except OSError as error:
            self.say(str(error))
        self.say("told to stop")
        os._exit(TERMINATED)


def main(folder: str, argv: list[str]) -> NoReturn:
    """Ends the process with the code of the pipeline's result."""
    redaction = Redaction()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    logging.getLogger().handlers[0].addFilter(redaction)
    flink = Flink(flag(argv, "flink_master") or "", flag(argv, "job_name") or "")
    submitter = Submitter(load(folder), flink, redaction)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: submitter.terminate())
    code = submitter.run(argv)
    sys.stdout.flush()
    # Beam's own threads would keep a finished process alive.
    os._exit(code)
