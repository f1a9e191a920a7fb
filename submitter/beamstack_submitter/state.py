"""What is remembered of a stream between its versions. It can be lost: then Flink is asked for what it knows."""

import json
import os
import ssl
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

# Where Kubernetes mounts the token of a pod's account.
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# Size limit of a ConfigMap's data in the API server, with room for the other keys.
LARGEST = 1_000_000


@dataclass(frozen=True)
class Version:
    """A version that has proved to run, with what is needed to start it again. Secrets are not part of it: files name them."""

    job: str
    sdk: str
    argv: list[str]
    # Texts by path, `settings.json` among them.
    files: dict[str, str]


@dataclass
class State:
    """Outputs of the stream, and what the next try needs."""

    # The version that runs, or ran last.
    current: Version | None = None
    # The last savepoint of an upgrade.
    savepoint: str | None = None
    # A version that was submitted and has not proved itself yet.
    pending: str | None = None
    # The pending version has failed: the current one is to run again.
    rolling_back: bool = False
    # For people: id and state of the job that was seen last.
    job_id: str | None = None
    status: str | None = None
    # What this package does not know stays as it is.
    unknown: dict[str, Any] = field(default_factory=dict)


class ConflictError(OSError):
    """Another submitter has written since the last read."""


class Store(Protocol):
    """Keeps a text. Both raise an OSError where they cannot, a ConflictError where another has written since the last read."""

    def read(self) -> str | None:
        """The text that was kept last, None where there is none."""

    def write(self, text: str, shown: dict[str, str]) -> None:
        """Keeps the text, and shows some values for people."""


class Memory:
    """Keeps it as long as the process lives: nothing else was asked for."""

    def __init__(self) -> None:
        self._text: str | None = None

    def read(self) -> str | None:
        """See Store."""
        return self._text

    def write(self, text: str, _shown: dict[str, str]) -> None:
        """See Store."""
        self._text = text


class File:
    """Keeps it in a file: a run outside of a pod."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> str | None:
        """See Store."""
        try:
            with open(self._path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def write(self, text: str, _shown: dict[str, str]) -> None:
        """See Store."""
        with open(self._path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self._path + ".new", self._path)


class ConfigMap:
    """Keeps it in a ConfigMap that exists; its fields are owned by a manager of our own, so that the release's owner leaves them alone."""

    def __init__(self, name: str, address: str, account: str = ACCOUNT) -> None:
        self._name, self._address, self._account = name, address, account
        # Of the last read or write.
        self._version: str | None = None

    def read(self) -> str | None:
        """See Store."""
        answer = self._call("GET")
        self._version = answer["metadata"]["resourceVersion"]
        return (answer.get("data") or {}).get("state.json")

    def write(self, text: str, shown: dict[str, str]) -> None:
        """See Store."""
        metadata = {"name": self._name, "namespace": self._file("namespace")}
        if self._version is not None:
            # With it the API server answers 409 to a write after another one, `force` or not.
            metadata["resourceVersion"] = self._version
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {**shown, "state.json": text}}
        try:
            self._version = self._call("PATCH", body)["metadata"]["resourceVersion"]
        except urllib.error.HTTPError as error:
            if error.code == 409:
                raise ConflictError(f"ConfigMap {self._name} has been written by another: {error}") from error
            raise

    def _call(self, method: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        path = f"/api/v1/namespaces/{self._file('namespace')}/configmaps/{self._name}"
        url = self._address + path + ("?fieldManager=beamstack-submitter&force=true" if body else "")
        headers = {"Authorization": "Bearer " + self._file("token"), "Content-Type": "application/apply-patch+yaml"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(url, data, headers, method=method)
        # The API server is inside of the cluster, whatever proxy leads out of it.
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if url.startswith("https:"):
            context = ssl.create_default_context(cafile=os.path.join(self._account, "ca.crt"))
            handlers.append(urllib.request.HTTPSHandler(context=context))
        with urllib.request.build_opener(*handlers).open(request, timeout=10) as response:
            answer: dict[str, Any] = json.loads(response.read())
        return answer

    def _file(self, name: str) -> str:
        with open(os.path.join(self._account, name), encoding="utf-8") as file:
            return file.read().strip()


def store_of(config_map: str | None, environment: dict[str, str]) -> Store:
    """Where the state is kept: in a pod the ConfigMap that the settings name."""
    if environment.get("BEAMSTACK_STATE_FILE"):
        return File(environment["BEAMSTACK_STATE_FILE"])
    host, port = environment.get("KUBERNETES_SERVICE_HOST"), environment.get("KUBERNETES_SERVICE_PORT", "443")
    if config_map is None or not host:
        return Memory()
    return ConfigMap(config_map, f"https://{f'[{host}]' if ':' in host else host}:{port}")


def read_state(store: Store) -> State:
    """The state; an empty one where none is kept, or where it cannot be understood."""
    text = store.read()
    try:
        given = json.loads(text or "{}")
        current = given.pop("current", None)
        known = {name: given.pop(name) for name in list(given) if name in State.__dataclass_fields__ and name != "unknown"}
        return State(current=Version(**current) if current else None, **known, unknown=given)
    except (AttributeError, TypeError, ValueError):
        return State()


def write_state(store: Store, state: State) -> None:
    """Keeps the state; files that would not fit are left out, and with them the way back to this version."""
    kept = asdict(state)
    unknown = kept.pop("unknown")
    text = json.dumps({**unknown, **kept})
    if len(text.encode()) > LARGEST and state.current:
        text = json.dumps({**unknown, **kept, "current": {**kept["current"], "files": {}}})
    shown = {
        "job": state.current.job if state.current else None,
        "jobId": state.job_id,
        "savepoint": state.savepoint,
        "status": state.status,
    }
    store.write(text, {name: value for name, value in shown.items() if value is not None})
