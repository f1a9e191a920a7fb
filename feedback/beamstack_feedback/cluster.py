"""Pods of two versions and the route between them, through the API server and Prometheus."""

import json
import math
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Mapping

from .rollout import Measured, Pods, Slot

#: Where Kubernetes mounts the token of a pod's account.
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
#: Owner of the fields that this program writes: none of them is in the objects of the environment.
MANAGER = "beamstack-feedback"
MERGE, APPLY = "application/merge-patch+json", "application/apply-patch+yaml"


class ApiServer:
    """The API server, with the token of this pod."""

    def __init__(self, environment: Mapping[str, str] = os.environ):
        self._root = f"https://{environment['KUBERNETES_SERVICE_HOST']}:{environment['KUBERNETES_SERVICE_PORT']}"
        self._context = ssl.create_default_context(cafile=f"{ACCOUNT}/ca.crt")

    def call(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        """The answer, or `None` where the object does not exist."""
        # Tokens are replaced before they expire.
        with open(f"{ACCOUNT}/token", encoding="utf8") as file:
            headers = {"Authorization": f"Bearer {file.read().strip()}", "Content-Type": kind, "Accept": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._root}{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404 and method in ("GET", "DELETE"):
                return None
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:500]}") from error


def value_of(address: str, query: str) -> float:
    """The value of a query of Prometheus; 0 where it returns nothing."""
    url = f"{address}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        result = json.load(answer)["data"]["result"]
    value = float(result[0]["value"][1]) if result else 0.0
    return value if math.isfinite(value) else 0.0


class ClusterEndpoint:
    """Two slots of pods and a route, as the environment describes them."""

    def __init__(self, api: ApiServer, prometheus: str, facts: dict[str, Any]):
        self._api = api
        self._prometheus = prometheus
        self._facts = facts

    def serve(self, slot: Slot, version: str | None) -> Pods:
        """See Endpoint."""
        facts = self._facts["slots"][slot]
        *parents, key = self._facts["versionAt"]
        pods_at = self._facts["podVersionAt"]
        served = self._api.call("GET", facts["object"])
        if served is None:
            raise RuntimeError(f"{facts['object']} does not exist")
        if at(served, [*parents, key]) != version:
            patch: dict[str, Any] = {key: version}
            for parent in reversed(parents):
                patch = {parent: patch}
            self._api.call("PATCH", f"{facts['object']}?fieldManager={MANAGER}", patch, MERGE)
        workload = self._api.call("GET", facts["workload"]) or {}
        status, wanted = workload.get("status", {}), at(workload, ["spec", "replicas"]) or 0
        is_current = at(workload, pods_at) == version and status.get("observedGeneration") == at(workload, ["metadata", "generation"])
        counts = [status.get(count, 0) for count in ("replicas", "updatedReplicas", "availableReplicas")]
        return Pods(ready=status.get("readyReplicas", 0), complete=is_current and wanted > 0 and counts == [wanted] * 3)

    def shift(self, percent: int) -> None:
        """See Endpoint."""
        facts = self._facts["route"]
        owner = self._api.call("GET", self._facts["slots"]["stable"]["object"])
        route = json.loads(json.dumps(facts["manifest"]))
        kind = {key: owner[key] for key in ("apiVersion", "kind")}
        route["metadata"]["ownerReferences"] = [{**kind, "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}]
        stable, canary = route["spec"]["rules"][0]["backendRefs"]
        stable["weight"], canary["weight"] = 100 - percent, percent
        self._api.call("PATCH", f"{facts['object']}?fieldManager={MANAGER}&force=true", route, APPLY)

    def unshift(self) -> None:
        """See Endpoint."""
        self._api.call("DELETE", self._facts["route"]["object"])

    def measure(self, seconds: int) -> Measured:
        """See Endpoint."""
        queries = {name: query.replace("$window", f"{seconds}s") for name, query in self._facts["queries"].items()}
        return Measured(**{name: value_of(self._prometheus, query) for name, query in queries.items()})


def at(value: Any, path: list[str]) -> Any:
    """What is at a path of an object; `None` where nothing is."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
