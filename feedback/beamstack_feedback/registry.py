"""Versions of a model in MLflow: which one serves, which one wants to, and why not."""

from dataclasses import dataclass
from typing import Any, Protocol

#: The version that serves.
CHAMPION = "champion"
#: The version that the last training has registered.
CANDIDATE = "candidate"
#: Tags of a version.
STATE, REASON, APPROVED, BEFORE = "feedback.state", "feedback.reason", "feedback.approved", "feedback.before"
PROMOTED_AT = "feedback.promoted-at"
#: Tags of a rollout: share of the requests in percent, since when, and its start.
SHARE, SINCE, STARTED = "feedback.share", "feedback.since", "feedback.started"


class Client(Protocol):
    """What is used of mlflow.MlflowClient."""

    def get_registered_model(self, name: str) -> Any: ...
    def get_model_version(self, name: str, version: str) -> Any: ...
    def get_run(self, run_id: str) -> Any: ...
    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None: ...
    def set_model_version_tag(self, name: str, version: str, key: str, value: str) -> None: ...


@dataclass(frozen=True)
class Version:
    """A version of the model."""

    number: str
    tags: dict[str, str]
    metrics: dict[str, float]


class Registry:
    """One model of a registry."""

    def __init__(self, client: Client, model: str):
        self._client = client
        self._model = model

    def version(self, alias: str) -> Version | None:
        """The version that has the alias."""
        number = self._client.get_registered_model(self._model).aliases.get(alias)
        return None if number is None else self.numbered(str(number))

    def numbered(self, number: str) -> Version:
        """The version of this number."""
        version = self._client.get_model_version(self._model, number)
        metrics = self._client.get_run(version.run_id).data.metrics if version.run_id else {}
        return Version(number=str(version.version), tags=dict(version.tags), metrics=dict(metrics))

    def tag(self, version: Version, **tags: str) -> None:
        """Sets tags of a version; names are those after the dot, with `_` for `-`."""
        for key, value in tags.items():
            self._client.set_model_version_tag(self._model, version.number, f"feedback.{key.replace('_', '-')}", value)

    def promote(self, version: Version) -> None:
        """Lets a version serve."""
        self._client.set_registered_model_alias(self._model, CHAMPION, version.number)
