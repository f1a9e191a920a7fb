"""A stream's folder, its state and its Flink, of which a test sets what happens."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from beamstack_submitter.arguments import flag
from beamstack_submitter.flink import ACTIVE, Flink
from beamstack_submitter.redaction import Redaction
from beamstack_submitter.settings import Secret, Settings
from beamstack_submitter.state import ConflictError, File, State, Store, read_state, write_state
from beamstack_submitter.stop import claim_of, stop
from beamstack_submitter.stream import Stream

from .fake_flink import FakeFlink

OLD, NEW, LATEST = "clicks-00000001", "clicks-00000002", "clicks-00000003"
SAVEPOINT = "file:///savepoints/1"


class KilledError(BaseException):
    """What a process that is killed does."""


class World:
    """A stream's folder, its state and its Flink."""

    def __init__(self, server: FakeFlink, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.store: Store = File(str(folder / "state.json"))
        # Versions whose jobs fail.
        self.broken: set[str] = set()
        # Versions whose jobs have failed once and run.
        self.restarted: set[str] = set()
        # Versions that Beam does not build.
        self.refused: set[str] = set()
        # What happens once a version has been submitted.
        self.then: Callable[[], None] = lambda: None
        # Requests to Flink until the process is killed; None: it is not.
        self.left: int | None = None
        self.started: list[tuple[str, str | None]] = []

    def run(self, name: str, **more: Any) -> int:
        """One try of a version."""
        stream, argv = self.stream(name, **more)
        return stream.run(argv)

    def stop(self, name: str, **more: Any) -> int:
        """One try to stop what runs, by the submitter of a version."""
        stream, argv = self.stream(name, **more)
        return stop(replace(stream, claim=claim_of(stream.flink)), argv)

    def stream(self, name: str, **more: Any) -> tuple[Stream, list[str]]:
        """The submitter of a version, and its arguments."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        secrets = {"key": {"file": "secrets/0", "quoted": True, "ref": "s/k"}}
        kept = {"outcome": "running", "upgrade": "savepoint", "artifacts": False, "variables": {}, "files": ["pipeline.yaml"]}
        settings = {**kept, "sdk": "2.77.0", "state": "clicks-state", "verifySeconds": 0, "secrets": secrets}
        (folder / "settings.json").write_text(json.dumps(settings))
        (folder / "pipeline.yaml").write_text(f"# {name}")
        values = {"sdk": "2.77.0", "state_reset": None, "upgrade": "savepoint", **more}
        own = Settings(
            folder=str(folder),
            outcome="running",
            artifacts=False,
            variables={},
            secrets={"key": Secret("secrets/0", "s/k", True)},
            files=["pipeline.yaml"],
            state="clicks-state",
            verify_seconds=0,
            **values,
        )
        flink = Flink(self.server.address, name, pause=0.001)
        asked = flink.call

        def call(path: str, method: str = "GET", body: dict[str, Any] | None = None) -> Any:
            self._count()
            answer = asked(path, method, body)
            self._count()
            return answer

        flink.call = call  # type: ignore[method-assign]
        argv = [f"--flink_master={self.server.address}", f"--job_name={name}"]
        return Stream(own, flink, Redaction(), self.store), argv

    def _count(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            raise KilledError

    def submit(self, argv: list[str]) -> None:
        """What Beam's runner does."""
        name = flag(argv, "job_name") or ""
        self.started.append((name, flag(argv, "savepoint_path")))
        jid = self.server.add(name, "FAILED" if name in self.broken else "RUNNING", start=2**45 + len(self.server.jobs))
        if name in self.broken | self.restarted:
            self.server.stacktraces[jid] = "java.lang.RuntimeException: ValueError: it does not work"
        self.then()

    def active(self) -> list[str]:
        """Names of jobs that run."""
        return [job["name"] for job in self.server.jobs if job["state"] in ACTIVE]


class Contested:
    """A store that another submitter writes before the next write."""

    def __init__(self, inner: Store, pending: str | None, after: int) -> None:
        self._inner, self._pending, self._after = inner, pending, after

    def read(self) -> str | None:
        """See Store."""
        return self._inner.read()

    def write(self, text: str, shown: dict[str, str]) -> None:
        """See Store."""
        self._after -= 1
        if self._after == -1:
            state = read_state(self._inner)
            write_state(self._inner, State(current=state.current, savepoint=state.savepoint, pending=self._pending))
            raise ConflictError("the object has been modified")
        self._inner.write(text, shown)
