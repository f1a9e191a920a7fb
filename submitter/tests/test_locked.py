"""What an image or a volume has of collections."""

import hashlib
import importlib
import sys
from pathlib import Path

import pytest

from beamstack_submitter.locked import ChangedCollectionError, locked_classes, verify

SOURCE = "class Again:\n    pass\n"
DIGEST = "sha256:" + hashlib.sha256(SOURCE.encode()).hexdigest()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with a package."""
    package = tmp_path / "locked_garden"
    package.mkdir()
    (package / "__init__.py").write_text("from .repeat import Again\n")
    (package / "repeat.py").write_text(SOURCE)
    (package / "broken.py").write_text("import no_such_module_here\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("locked_garden", "locked_garden.repeat", "locked_garden.broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    return package


def classes(name: str, source: str = DIGEST) -> dict[str, dict[str, dict[str, str]]]:
    return {"text": {"Again": {"class": name, "source": source}}}


@pytest.mark.parametrize("name", ["locked_garden.repeat.Again", "locked_garden.Again"])
@pytest.mark.usefixtures("site")
def test_a_class_that_is_the_locked_one_passes(name: str) -> None:
    verify(locked_classes(classes(name)))


def test_a_class_whose_source_has_changed_is_named(site: Path) -> None:
    (site / "repeat.py").write_text(SOURCE + "# changed\n")

    with pytest.raises(ChangedCollectionError, match="Again of the collection text is not the class that was locked"):
        verify(locked_classes(classes("locked_garden.repeat.Again")))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("locked_garden_absent.Again", "no module locked_garden_absent"),
        ("locked_garden.repeat.Other", "has no attribute 'Other'"),
        ("locked_garden.broken.Again", "no_such_module_here"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_class_that_cannot_be_loaded_is_named_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(ChangedCollectionError, match=f"Again of the collection text cannot be loaded here: .*{reason}"):
        verify(locked_classes(classes(name)))


@pytest.mark.usefixtures("site")
def test_all_that_is_wrong_is_named_at_once() -> None:
    given = {"a": classes("absent_one.X")["text"], "b": classes("absent_two.X")["text"]}

    with pytest.raises(ChangedCollectionError, match=r"collection a .*; Again of the collection b"):
        verify(locked_classes(given))
