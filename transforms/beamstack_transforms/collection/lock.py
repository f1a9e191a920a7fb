"""Locks a collection: every file that is installed beside what the image has, with its hash."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from .docs import documentation
from .garden import read_garden, write_package

LOCK, LISTING, WHEELS, RECIPE, DOCS = "collection.lock.json", "providers.yaml", "wheels", "Dockerfile", "TRANSFORMS.md"


@dataclass(frozen=True)
class Collection:
    """What is locked."""

    # A folder with a pyproject.toml, a wheel, or a specification of the Garden.
    source: Path
    # Classes by the name of their transform; those of a specification are in it.
    transforms: dict[str, str]
    # Extras of the package.
    extras: tuple[str, ...] = ()
    # The runner's image, for the recipe.
    image: str = "docker.io/apache/beam_python3.11_sdk:2.77.0"


@dataclass(frozen=True)
class Lock:
    """A locked collection. It names no registry: files are known by their hashes."""

    # `name==version` of the collection itself.
    package: str
    # Version of Python that the wheels are for, and of Beam that the image has.
    python: str
    beam: str
    # `name==version` and the hash of its file, in the order of names; the collection itself is one.
    packages: list[dict[str, str]]
    # Class, config schema, documentation and digest of the source, by the name of the transform.
    transforms: dict[str, Any]


def lock(collection: Collection, out: Path) -> Lock:
    """Writes the lock, the wheels, the listing of providers and the recipe into a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        wheel, named = _wheel(collection, Path(scratch))
        wheels = out / WHEELS
        shutil.rmtree(wheels, ignore_errors=True)
        wheels.mkdir(parents=True)
        package, packages = _resolved(wheel, collection.extras, Path(scratch), wheels)
        site = Path(scratch) / "site"
        _install(packages, wheels, site)
        locked = Lock(package=package, packages=packages, **_described(named, site))
    (out / LOCK).write_text(json.dumps(asdict(locked), indent=1, sort_keys=True) + "\n", "utf-8")
    (out / "requirements.txt").write_text(requirements(packages), "utf-8")
    providers = [{"type": "python", "config": {}, "transforms": named}]
    (out / LISTING).write_text(yaml.safe_dump(providers, sort_keys=True), "utf-8")
    (out / RECIPE).write_text(recipe(collection.image), "utf-8")
    (out / DOCS).write_text(documentation(asdict(locked)), "utf-8")
    return locked


def check(collection: Collection, out: Path) -> list[str]:
    """What has changed since the collection was locked."""
    before = _read(out / LOCK)
    with tempfile.TemporaryDirectory() as scratch:
        now = lock(collection, Path(scratch))
    old, new = ({each["package"]: each["hash"] for each in one.packages} for one in (before, now))
    changed = [
        f"{name}: {old.get(name, 'absent')} is now {new.get(name, 'absent')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    for name in sorted(before.transforms.keys() | now.transforms.keys()):
        one, other = before.transforms.get(name, {}), now.transforms.get(name, {})
        changed += [f"{name}: its {part} has changed" for part in ("class", "schema", "source") if one.get(part) != other.get(part)]
    changed += [
        f"{part}: {getattr(before, part)} is now {getattr(now, part)}"
        for part in ("python", "beam")
        if getattr(before, part) != getattr(now, part)
    ]
    return changed


def _read(path: Path) -> Lock:
    try:
        return Lock(**json.loads(path.read_text("utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no lock of a collection: lock it again ({error})") from error


def requirements(packages: list[dict[str, str]]) -> str:
    """The packages for pip, which verifies the hashes."""
    return "".join(f"{each['package']} --hash={each['hash']}\n" for each in packages)


def recipe(image: str) -> str:
    """An image with the collection, for submitters and workers; it is built without a network."""
    return (
        f"FROM {image}\nCOPY requirements.txt {WHEELS} /tmp/collection/\n"
        "RUN pip install --no-index --no-deps --require-hashes --find-links /tmp/collection -r /tmp/collection/requirements.txt"
        " && rm -r /tmp/collection\n"
    )


def _wheel(collection: Collection, scratch: Path) -> tuple[Path, dict[str, str]]:
    source, transforms = collection.source, collection.transforms
    if source.suffix == ".whl":
        return source, _some(transforms)
    folder = scratch / "source"
    if source.is_dir():
        # Only what is in the package decides of its hash; build backends write into the folder.
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__", ".*"))
    else:
        transforms = {**write_package(read_garden(source.read_text("utf-8")), folder), **transforms}
    _pip("wheel", "--no-deps", "--wheel-dir", str(scratch / "built"), str(folder))
    (wheel,) = (scratch / "built").glob("*.whl")
    return wheel, _some(transforms)


def _some(transforms: dict[str, str]) -> dict[str, str]:
    if not transforms:
        raise ValueError("name the transforms of the collection: NAME=package.module.Class")
    return transforms


def _resolved(wheel: Path, extras: tuple[str, ...], scratch: Path, wheels: Path) -> tuple[str, list[dict[str, str]]]:
    """The collection itself, and what pip would install beside what this Python has, which is that of the image."""
    report = scratch / "report.json"
    wanted = f"{wheel}[{','.join(extras)}]" if extras else str(wheel)
    _pip("install", "--dry-run", "--report", str(report), "--only-binary", ":all:", *_pins(scratch), wanted)
    found = json.loads(report.read_text("utf-8"))["install"]
    own = shutil.copy(wheel, wheels)
    packages: list[dict[str, str]] = []
    package = ""
    for each in found:
        name = re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower()
        archive = each["download_info"]["archive_info"]
        digest = _digest(Path(own)) if each["is_direct"] else "sha256:" + archive["hashes"]["sha256"]
        pinned = f"{name}=={each['metadata']['version']}"
        package = pinned if each["is_direct"] else package
        packages.append({"package": pinned, "hash": digest})
    packages.sort(key=lambda each: each["package"])
    listed = scratch / "requirements.txt"
    listed.write_text(requirements(packages), "utf-8")
    _pip(
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--find-links",
        str(wheels),
        "-d",
        str(wheels),
        "-r",
        str(listed),
    )
    return package, packages


def _pins(scratch: Path) -> list[str]:
    """A collection changes nothing that the image has."""
    pins = scratch / "pins.txt"
    pins.write_text(_pip("freeze"), "utf-8")
    return ["--constraint", str(pins)]


def _install(packages: list[dict[str, str]], wheels: Path, site: Path) -> None:
    listed = wheels.parent / "requirements.txt"
    listed.write_text(requirements(packages), "utf-8")
    offline = ["--no-index", "--find-links", str(wheels), "--no-deps", "--require-hashes"]
    _pip("install", *offline, "--target", str(site), "-r", str(listed))


def _described(transforms: dict[str, str], site: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("describe.py")
    command = [sys.executable, str(script), *(f"{name}={class_name}" for name, class_name in sorted(transforms.items()))]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": _path(site)}, capture_output=True, text=True, check=False)
    result = next((line[7:] for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if done.returncode != 0 or result is None:
        raise ValueError(f"the transforms cannot be loaded: {done.stderr.strip().splitlines()[-1] if done.stderr else 'no reason given'}")
    described: dict[str, Any] = json.loads(result)
    return described


def _path(site: Path) -> str:
    return os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH", "")]))


def _digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def _pip(*arguments: str) -> str:
    # Else files of a wheel have the date of the build, and the same source never gives the same hash. Source: reproducible-builds.org.
    env = {**os.environ, "SOURCE_DATE_EPOCH": "315532800", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([sys.executable, "-m", "pip", "--no-input", *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"pip {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout
