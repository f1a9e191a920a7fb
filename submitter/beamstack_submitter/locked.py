"""Collections of transforms: what the image or the volume has must be what was locked."""

import hashlib
import importlib
import inspect
from dataclasses import dataclass
from typing import Any


class ChangedCollectionError(Exception):
    """A class is not there, or is not the one that was locked."""


@dataclass(frozen=True)
class LockedClass:
    """What the lock says of a transform."""

    collection: str
    transform: str
    # Full name of the class.
    name: str
    # Digest of the source of its module.
    source: str


def locked_classes(given: dict[str, dict[str, dict[str, str]]]) -> list[LockedClass]:
    """Of the settings: by collection and transform."""
    return [
        LockedClass(collection, transform, one["class"], one["source"])
        for collection, transforms in given.items()
        for transform, one in transforms.items()
    ]


def verify(classes: list[LockedClass]) -> None:
    """Raise where one is missing or has changed, with all of them."""
    wrong = [text for each in classes if (text := _wrong(each))]
    if wrong:
        raise ChangedCollectionError("; ".join(wrong))


def _wrong(locked: LockedClass) -> str:
    what = f"{locked.transform} of the collection {locked.collection}"
    try:
        found = _load(locked.name)
        source = inspect.getsource(inspect.getmodule(found) or found)
    except (ImportError, AttributeError, OSError) as error:
        return f"{what} cannot be loaded here: {error}"
    if "sha256:" + hashlib.sha256(source.encode()).hexdigest() == locked.source:
        return ""
    return f"{what} is not the class that was locked: the source of {locked.name} has changed"


def _load(name: str) -> Any:
    """Import the longest part that is a module; the rest are attributes."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:length])
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError as error:
            # A module that its own imports break is no missing module.
            if error.name is None or not (module == error.name or module.startswith(error.name + ".")):
                raise
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(f"no module {parts[0]}")
