"""A registry of one model in memory."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any


@dataclass
class Models:
    """A registry of one model in memory."""

    metrics: dict[str, dict[str, float]]
    aliases: dict[str, str]
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def get_registered_model(self, name: str) -> Any:
        return SimpleNamespace(aliases=dict(self.aliases))

    def get_model_version(self, name: str, version: str) -> Any:
        return SimpleNamespace(version=version, run_id=version, tags=self.tags.get(version, {}))

    def get_run(self, run_id: str) -> Any:
        return SimpleNamespace(data=SimpleNamespace(metrics=self.metrics[run_id]))

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        self.aliases[alias] = version

    def set_model_version_tag(self, name: str, version: str, key: str, value: str) -> None:
        self.tags.setdefault(version, {})[key] = value
