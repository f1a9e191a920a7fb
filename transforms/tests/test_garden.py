"""Specifications of upstream's Transform Garden."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from beamstack_transforms.collection.garden import SpecError, read_garden, write_package

CODE = "import apache_beam as beam\n\n\nclass Double(beam.PTransform):\n    pass\n"
SPEC: dict[str, Any] = {
    "metadata": {"name": "my-garden", "version": "1.2"},
    "source": ["double.py"],
    "dependencies": ["requests>=2"],
    "transforms": [{"Twice": "double:Double"}],
    "source_code": {"double": base64.b64encode(CODE.encode()).decode()},
    "encoding": "base64",
}


def spec(**changes: Any) -> str:
    return yaml.safe_dump({**SPEC, **changes})


def test_a_specification_becomes_a_package_and_its_alias_stays(tmp_path: Path) -> None:
    garden = read_garden(spec())

    assert write_package(garden, tmp_path) == {"Twice": "my_garden.double.Double"}
    assert (tmp_path / "my_garden/double.py").read_text() == CODE
    assert "'requests>=2'" in (tmp_path / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"metadata": {"name": "../x", "version": "1"}}, "metadata.name"),
        ({"metadata": {"name": "x", "version": "latest"}}, "metadata.version"),
        ({"encoding": "plain"}, "encoding: base64, got 'plain'"),
        ({"source_code": {"double": base64.b64encode(b"def (").decode()}}, "source_code.double: .*invalid syntax"),
        ({"source_code": {"../double": base64.b64encode(b"").decode()}}, "not the name of a Python module"),
        ({"transforms": [{"Twice": "other:Double"}]}, "there is no module 'other'"),
        ({"transforms": [{"Twice": "double:Triple"}]}, "there is no class 'Triple' in double"),
        ({"transforms": []}, "transforms: a list"),
        ({"runner": "flink"}, "runner: unknown"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_garden(spec(**changes))


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        read_garden(spec(encoding="plain", transforms=[], metadata={}))

    assert len(str(caught.value).splitlines()) == 4
