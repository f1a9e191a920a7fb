"""What the environment file says of the pipeline."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

from .locked import LockedClass, locked_classes


@dataclass(frozen=True)
class Secret:
    """A mounted key of a Secret."""

    file: str
    # Name and key of the Secret.
    ref: str
    # Is the variable inside YAML double quotes? Not always in a file that a person wrote.
    quoted: bool


@dataclass(frozen=True)
class Settings:
    """`settings.json` beside the submitter."""

    # Folder of the pipeline's files.
    folder: str
    outcome: str
    upgrade: str
    artifacts: bool
    variables: dict[str, Any]
    secrets: dict[str, Secret]
    # Paths of the pipeline's own files.
    files: list[str]
    # Beam's version.
    sdk: str
    # Beam's version for which state of another version may be dropped.
    state_reset: str | None
    # ConfigMap of the stream's state; None for what is no stream with state.
    state: str | None
    # How long all tasks of a new version must run before it counts as running.
    verify_seconds: float
    # Classes that collections have locked.
    classes: list[LockedClass] = field(default_factory=list)
    # A run on Beam's own runner: there is no Flink to ask.
    without_flink: bool = False
    # A run outside of a pod: the file as its user has it, beside which Beam looks for what it includes.
    original: str | None = None


def load(folder: str) -> Settings:
    """Reads the settings of the folder, and those that a run outside of a pod gives in its environment."""
    with open(os.path.join(folder, "settings.json"), encoding="utf-8") as file:
        return parse(folder, file.read())


def parse(folder: str, text: str) -> Settings:
    """See load; `text` is that of the settings."""
    given = json.loads(text)
    return Settings(
        folder=folder,
        outcome=given["outcome"],
        upgrade=given["upgrade"],
        artifacts=given["artifacts"],
        variables=given["variables"],
        secrets={name: Secret(**secret) for name, secret in given["secrets"].items()},
        files=given["files"],
        sdk=given["sdk"],
        state_reset=given.get("stateReset"),
        state=given.get("state"),
        verify_seconds=given["verifySeconds"],
        classes=locked_classes(given.get("collections", {})),
        without_flink=os.environ.get("BEAMSTACK_WITHOUT_FLINK") == "1",
        original=os.environ.get("BEAMSTACK_PIPELINE_FILE"),
    )
