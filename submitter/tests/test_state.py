"""What is kept of a stream, and where."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from beamstack_submitter.state import (
    LARGEST,
    ConfigMap,
    ConflictError,
    File,
    Memory,
    State,
    Store,
    Version,
    read_state,
    store_of,
    write_state,
)

VERSION = Version("clicks-00000001", "2.77.0", ["--runner=FlinkRunner"], {"pipeline.yaml": "pipeline: {}"})
STATE = State(current=VERSION, savepoint="s3://b/1", pending="clicks-00000002", rolling_back=True, job_id="a", status="RUNNING")


class Api(ThreadingHTTPServer):
    """A Kubernetes API with one ConfigMap."""

    def __init__(self) -> None:
        self.data: dict[str, str] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.version = 1
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer()

            def do_PATCH(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fits = body["metadata"].get("resourceVersion", str(api.version)) == str(api.version)
                if fits:
                    api.data = body["data"]
                    api.version += 1
                self.answer(200 if fits else 409)

            def answer(self, code: int = 200) -> None:
                api.asked.append((self.command, self.path, self.headers["Authorization"]))
                self.send_response(code)
                self.end_headers()
                self.wfile.write(json.dumps({"metadata": {"resourceVersion": str(api.version)}, "data": api.data}).encode())

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def api() -> Iterator[Api]:
    """Start the API."""
    server = Api()
    yield server
    server.shutdown()
    server.server_close()


def test_a_config_map_keeps_the_state_and_shows_the_outputs(api: Api, tmp_path: Path) -> None:
    (tmp_path / "namespace").write_text("flink")
    (tmp_path / "token").write_text("secret-token\n")
    store = ConfigMap("clicks-state", f"http://127.0.0.1:{api.server_port}", str(tmp_path))

    assert read_state(store) == State()
    write_state(store, STATE)

    assert read_state(store) == STATE
    shown = {name: value for name, value in api.data.items() if name != "state.json"}
    assert shown == {"job": "clicks-00000001", "jobId": "a", "savepoint": "s3://b/1", "status": "RUNNING"}
    path = "/api/v1/namespaces/flink/configmaps/clicks-state?fieldManager=beamstack-submitter&force=true"
    assert ("PATCH", path, "Bearer secret-token") in api.asked


def test_what_another_has_written_since_is_not_overwritten(api: Api, tmp_path: Path) -> None:
    (tmp_path / "namespace").write_text("flink")
    (tmp_path / "token").write_text("secret-token\n")
    one, other = (ConfigMap("clicks-state", f"http://127.0.0.1:{api.server_port}", str(tmp_path)) for _ in range(2))
    read_state(one)
    read_state(other)
    write_state(one, STATE)
    write_state(one, STATE)

    with pytest.raises(ConflictError):
        write_state(other, State())

    assert read_state(other) == STATE
    write_state(other, State())
    assert read_state(one) == State()


@pytest.mark.parametrize("text", ["", "[]", "no json", '{"current": {"job": "x"}}', '{"current": 1}'])
def test_what_cannot_be_understood_is_as_good_as_lost(text: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text(text)

    assert read_state(File(str(tmp_path / "state"))) == State()


def test_what_a_later_version_of_this_package_has_added_stays() -> None:
    store = Memory()
    store.write('{"savepoint": "s3://b/1", "added": [1]}', {})

    write_state(store, read_state(store))

    assert json.loads(store.read() or "")["added"] == [1]


def test_files_that_do_not_fit_into_a_config_map_are_left_out() -> None:
    store = Memory()
    write_state(store, State(current=Version("a-00000001", "2.77.0", [], {"pipeline.yaml": "x" * LARGEST})))

    current = read_state(store).current
    assert current is not None
    assert current.files == {}


@pytest.mark.parametrize(
    ("config_map", "environment", "kind"),
    [
        ("clicks-state", {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, ConfigMap),
        ("clicks-state", {}, Memory),
        (None, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, Memory),
        ("clicks-state", {"BEAMSTACK_STATE_FILE": "/x"}, File),
    ],
)
def test_the_state_is_kept_where_the_submitter_runs(config_map: str | None, environment: dict[str, str], kind: type[Store]) -> None:
    assert isinstance(store_of(config_map, environment), kind)
