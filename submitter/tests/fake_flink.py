"""Flink's REST API on loopback, as far as the submitter asks: the paths and shapes of Flink 2.2."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeFlink:
    """A session cluster whose jobs a test sets."""

    def __init__(self) -> None:
        self.jobs: list[dict[str, Any]] = []
        self.checkpoints: dict[str, dict[str, Any]] = {}
        self.stacktraces: dict[str, str] = {}
        self.requests: list[tuple[str, str, Any]] = []
        # Result of the next /stop: the savepoint, or the operation's failure.
        self.operation: dict[str, Any] = {"location": "file:///savepoints/1"}
        # Results by trigger: Flink keeps the first of each.
        self.operations: dict[str, dict[str, Any]] = {}
        # State of a job after it has been looked at once more.
        self.next: dict[str, str] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer("GET")

            def do_POST(self) -> None:
                self.answer("POST")

            def do_PATCH(self) -> None:
                self.answer("PATCH")

            def answer(self, method: str) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"null")
                fake.requests.append((method, self.path, body))
                code, answer = fake.reply(method, self.path, body)
                self.send_response(code)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_args: Any) -> None:
                """Say nothing: a test reads the submitter's own output."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def add(self, name: str, state: str, start: int = 0) -> str:
        """Add a job; its id is returned."""
        jid = f"{len(self.jobs):032x}"
        self.jobs.append({"jid": jid, "name": name, "state": state, "start-time": start})
        return jid

    def find(self, jid: str) -> dict[str, Any] | None:
        """The job of an id."""
        return next((job for job in self.jobs if job["jid"] == jid), None)

    def reply(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Status and body of an answer."""
        if path == "/v1/jobs/overview":
            return 200, {"jobs": self.jobs}
        jid, _, rest = path.removeprefix("/v1/jobs/").partition("/")
        job = self.find(jid.partition("?")[0])
        if job is None:
            return 404, {"errors": ["no such job"]}
        if method == "PATCH":
            job["state"] = "CANCELED"
            return 202, {}
        if rest == "stop":
            return 202, self.stop(job, body["triggerId"])
        if rest.startswith("savepoints/"):
            known = self.operations.get(rest.removeprefix("savepoints/"))
            if known is None:
                return 404, {"errors": ["There is no savepoint operation with this trigger"]}
            return 200, {"status": {"id": "COMPLETED"}, "operation": known}
        if rest == "checkpoints":
            return 200, {"latest": self.checkpoints.get(jid, {})}
        if rest == "exceptions":
            trace = self.stacktraces.get(jid)
            return 200, {"exceptionHistory": {"entries": [{"stacktrace": trace}] if trace else []}}
        answer = {"state": job["state"], "vertices": [{"status": job["state"]}]}
        job["state"] = self.next.pop(jid, job["state"])
        return 200, answer

    def stop(self, job: dict[str, Any], trigger: str) -> dict[str, Any]:
        """Answer to /stop."""
        if trigger not in self.operations:
            runs = job["state"] == "RUNNING"
            self.operations[trigger] = (
                self.operation if runs else {"failure-cause": {"stack-trace": "Checkpoint triggering task is not running"}}
            )
            if "location" in self.operations[trigger]:
                job["state"] = "FINISHED"
                self.checkpoints[job["jid"]] = {"savepoint": {"external_path": self.operation["location"]}}
        return {"request-id": trigger}
