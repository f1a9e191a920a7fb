"""The specification of a collection in upstream's Transform Garden, as the source of a Python package."""

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_KEYS = {"metadata", "source", "dependencies", "transforms", "source_code", "encoding", "docs"}
_NAME = re.compile(r"[A-Za-z_]\w*")


class SpecError(ValueError):
    """Everything that is wrong with a specification."""


@dataclass(frozen=True)
class Garden:
    """A collection as its specification has it."""

    name: str
    version: str
    dependencies: list[str]
    # Module and class by the name of the transform.
    transforms: dict[str, tuple[str, str]]
    # Texts by module.
    sources: dict[str, str]

    @property
    def package(self) -> str:
        """Name of the Python package: two collections never share one."""
        return re.sub(r"\W", "_", self.name).lower()


def read_garden(text: str) -> Garden:
    """The collection of a specification; raises all that is wrong at once."""
    spec = yaml.safe_load(text)
    if not isinstance(spec, dict):
        raise SpecError("a specification is a map of metadata, source, dependencies, transforms, source_code and encoding")
    problems = [f"{key}: unknown; known are {', '.join(sorted(_KEYS))}" for key in spec if key not in _KEYS]
    metadata = spec.get("metadata") if isinstance(spec.get("metadata"), dict) else {}
    name, version = str((metadata or {}).get("name", "")), str((metadata or {}).get("version", ""))
    if not re.fullmatch(r"[A-Za-z](?:[\w-]*[A-Za-z0-9])?", name):
        problems.append(f"metadata.name: a name of letters, digits, - and _, got {name!r}")
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        problems.append(f"metadata.version: numbers and dots, got {version!r}")
    if spec.get("encoding") != "base64":
        problems.append(f"encoding: base64, got {spec.get('encoding')!r}")
    sources = _sources(spec.get("source_code"), problems)
    transforms = _transforms(spec.get("transforms"), sources, problems)
    if problems:
        raise SpecError("\n".join(problems))
    return Garden(name, version, [str(each) for each in spec.get("dependencies") or []], transforms, sources)


def _sources(given: Any, problems: list[str]) -> dict[str, str]:
    if not isinstance(given, dict) or not given:
        problems.append("source_code: a map of module names and their texts in base64")
        return {}
    sources = {}
    for module, encoded in given.items():
        name = str(module).removesuffix(".py")
        try:
            text = base64.b64decode(str(encoded), validate=False).decode()
            compile(text, f"{name}.py", "exec")
        except (binascii.Error, UnicodeDecodeError, SyntaxError, ValueError) as error:
            problems.append(f"source_code.{module}: {error}")
            continue
        if _NAME.fullmatch(name):
            sources[name] = text
        else:
            problems.append(f"source_code.{module}: not the name of a Python module")
    return sources


def _transforms(given: Any, sources: dict[str, str], problems: list[str]) -> dict[str, tuple[str, str]]:
    entries = [item for each in given or [] if isinstance(each, dict) for item in each.items()] if isinstance(given, list) else []
    if not entries:
        problems.append("transforms: a list of NAME: MODULE:CLASS")
    found = {}
    for name, place in entries:
        module, _, class_name = str(place).partition(":")
        module = module.removesuffix(".py")
        if name in found:
            problems.append(f"transforms.{name}: named twice")
        elif module not in sources:
            problems.append(f"transforms.{name}: there is no module {module!r} in source_code")
        elif not re.search(rf"^class {re.escape(class_name)}\b", sources[module], re.MULTILINE):
            problems.append(f"transforms.{name}: there is no class {class_name!r} in {module}")
        else:
            found[str(name)] = (module, class_name)
    return found


def write_package(garden: Garden, folder: Path) -> dict[str, str]:
    """Writes the source of a package; returns the transforms by name, with the full names of their classes."""
    package = folder / garden.package
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f'"""Transforms of {garden.name}."""\n', "utf-8")
    for module, text in garden.sources.items():
        (package / f"{module}.py").write_text(text, "utf-8")
    quoted = ", ".join(f"{each!r}" for each in garden.dependencies)
    project = f'[project]\nname = "{garden.name}"\nversion = "{garden.version}"\ndependencies = [{quoted}]\n'
    build = '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
    (folder / "pyproject.toml").write_text(f'{build}\n{project}\n[tool.setuptools]\npackages = ["{garden.package}"]\n', "utf-8")
    return {name: f"{garden.package}.{module}.{class_name}" for name, (module, class_name) in garden.transforms.items()}
