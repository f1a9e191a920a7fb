"""Flink's REST API, as far as a pipeline needs it."""

import hashlib
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypedDict

# Seconds between two questions, and how often a Flink that is away is asked.
PAUSE, PATIENCE = 2.0, 30
# Questions until Flink surely tells of a failure: it answers from a copy of the job that is up to three seconds old (web.refresh-interval).
REFRESHED = 4
ACTIVE = frozenset({"INITIALIZING", "CREATED", "RUNNING", "RESTARTING", "RECONCILING", "FAILING", "CANCELLING", "SUSPENDED"})
BROKEN = frozenset({"FAILED", "CANCELED"})
# On the way to another state, which has to be waited for: a savepoint and a cancellation are refused.
PASSING = frozenset({"FAILING", "CANCELLING"})

# A job of /v1/jobs/overview. Its keys have dashes.
Job = TypedDict("Job", {"jid": str | None, "name": str, "state": str, "start-time": int})


class Flink:
    """The session cluster of one pipeline; `job_name` is the name of this version: `<name>-<8 hex digits>`."""

    def __init__(self, address: str, job_name: str, pause: float = PAUSE) -> None:
        self.url = ("" if "//" in address else "http://") + address
        self.name = job_name
        self.base = job_name.rsplit("-", 1)[0]
        self.pause = pause
        # Whether it has ever answered.
        self.answered = False

    def call(self, path: str, method: str = "GET", body: dict[str, Any] | None = None) -> Any:
        """Asks; raises an OSError with Flink's own words where it refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")[:2000]
            raise OSError(f"Flink answers {path} with {error.code}: {text}") from error
        except http.client.HTTPException as error:
            raise OSError(f"Flink breaks off {path}: {error!r}") from error

    def jobs(self) -> list[Job] | None:
        """All jobs, newest first; None where Flink does not answer."""
        try:
            jobs: list[Job] = sorted(self.call("/v1/jobs/overview")["jobs"], key=lambda job: -job["start-time"])
        except (OSError, ValueError):
            return None
        self.answered = True
        return jobs

    def jobs_for_sure(self) -> list[Job]:
        """All jobs, newest first. A Flink that is away for a moment is waited for: what it runs must not be started twice."""
        for _ in range(PATIENCE):
            jobs = self.jobs()
            if jobs is not None:
                return jobs
            time.sleep(self.pause)
        raise OSError("Flink does not answer at " + self.url)

    def job(self, after: int = 0) -> Job | None:
        """This version's newest job; state UNREACHABLE where Flink does not answer, None where there is no such job."""
        jobs = self.jobs()
        if jobs is None:
            return {"jid": None, "name": self.name, "state": "UNREACHABLE", "start-time": 0}
        return next((job for job in jobs if job["name"] == self.name and job["start-time"] >= after), None)

    def versions(self) -> list[Job]:
        """Jobs of every version of this pipeline, newest first, ended ones too."""
        version = re.compile(re.escape(self.base) + "-[0-9a-f]{8}")
        return [job for job in self.jobs_for_sure() if version.fullmatch(job["name"])]

    def older(self) -> list[Job]:
        """Jobs of other versions that still run."""
        return [job for job in self.versions() if job["state"] in ACTIVE and job["name"] != self.name]

    def left(self) -> tuple[Job, str] | None:
        """State that the newest ended version has left: its savepoint, its last checkpoint that was kept, or what it had started from."""
        for job in self.versions():
            latest = self.call(f"/v1/jobs/{job['jid']}/checkpoints").get("latest") or {}
            taken = [state for kind in ("savepoint", "completed") if (state := latest.get(kind))]
            # The newer one first: the ids of savepoints and checkpoints count up together.
            found = [*sorted(taken, key=lambda state: -int(state.get("id", 0))), latest.get("restored") or {}]
            # A job that came to its end has thrown its checkpoints away.
            for state in [latest.get("savepoint") or {}] if job["state"] == "FINISHED" else found:
                path = state.get("external_path") or ""
                # A checkpoint in the JobManager's memory has no URI.
                if not state.get("discarded") and re.match("[a-z][a-z0-9+.-]*:", path):
                    return job, path
        return None

    def cancel(self, job: Job) -> None:
        """Asks for the job's end, without waiting for it."""
        self.call(f"/v1/jobs/{job['jid']}?mode=cancel", "PATCH")

    def end(self, job: Job, say: Callable[[str], None]) -> str | None:
        """Ends the job, with a savepoint where all of its tasks run; None where it has only what it has left before: see left()."""
        path = f"/v1/jobs/{job['jid']}"
        while (now := self.call(path))["state"] in PASSING:
            time.sleep(self.pause)
        if now["state"] not in ACTIVE:
            say(f"{job['name']} has ended: {now['state']}")
            return None
        if now["state"] == "RUNNING" and all(vertex["status"] in {"RUNNING", "FINISHED"} for vertex in now["vertices"]):
            say(f"stopping {job['name']} with a savepoint")
            savepoint = self.stop(job)
            say(f"stopped {job['name']} with savepoint {savepoint}")
            return savepoint
        # A job in a crash loop takes no savepoint. Its checkpoints stay when it is cancelled.
        self.cancel(job)
        while (state := self.call(path)["state"]) in ACTIVE:
            time.sleep(self.pause)
        say(f"cancelled {job['name']}: it was {now['state']} without all of its tasks, and took no savepoint; it is {state}")
        return None

    def stop(self, job: Job) -> str:
        """Stops with a savepoint, returns where it is."""
        path = f"/v1/jobs/{job['jid']}"
        attempt = 0
        while True:
            # Flink keeps the result of an id: a second try finds the savepoint of the first, and asks with another id after a failure.
            trigger = hashlib.md5(f"{job['jid']}{self.name}{attempt}".encode(), usedforsecurity=False).hexdigest()
            known = self._known(f"{path}/savepoints/{trigger}")
            if known is None:
                self.call(path + "/stop", "POST", {"drain": False, "triggerId": trigger})
            if known is None or known["status"]["id"] != "COMPLETED" or "location" in known["operation"]:
                break
            attempt += 1
        operation = self._completed(f"{path}/savepoints/{trigger}")
        if "location" not in operation:
            raise RuntimeError(f"no savepoint of {job['name']}: {json.dumps(operation)[:2000]}")
        return str(operation["location"])

    def _known(self, path: str) -> dict[str, Any] | None:
        """An operation; None where Flink has none of this id."""
        try:
            return dict(self.call(path))
        except OSError as error:
            if isinstance(error.__cause__, urllib.error.HTTPError) and error.__cause__.code == 404:
                return None
            raise

    def _completed(self, path: str) -> dict[str, Any]:
        misses = 0
        while True:
            try:
                answer = self.call(path)
                misses = 0
                if answer["status"]["id"] == "COMPLETED":
                    return dict(answer["operation"])
            except OSError:
                misses += 1
                if misses > PATIENCE:
                    raise
            time.sleep(self.pause / 2)

    def runs(self, job: Job) -> bool:
        """Do all of the job's tasks run?"""
        try:
            return all(vertex["status"] == "RUNNING" for vertex in self.call(f"/v1/jobs/{job['jid']}")["vertices"])
        except (OSError, ValueError):
            return False

    def reason(self, job: Job) -> str:
        """The first failure in the job's history. Beam's Python client reads a field that Flink 2 no longer sends."""
        for _ in range(REFRESHED):
            reason = self._reason(job)
            if reason or job["state"] != "FAILED":
                return reason
            time.sleep(self.pause)
        return ""

    def _reason(self, job: Job) -> str:
        try:
            entries = self.call(f"/v1/jobs/{job['jid']}/exceptions")["exceptionHistory"]["entries"]
            return str(entries[0]["stacktrace"]) if entries else ""
        except (OSError, ValueError, KeyError):
            return ""
