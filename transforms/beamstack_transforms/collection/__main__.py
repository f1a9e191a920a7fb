"""`python -m beamstack_transforms.collection lock|check SOURCE OUT`, with the Python of the image."""

import argparse
import sys
from pathlib import Path

from .lock import Collection, check, lock


def main(arguments: list[str]) -> int:
    """The exit code: 1 where a check finds a change, 2 where the collection is wrong."""
    parser = argparse.ArgumentParser(prog="beamstack_transforms.collection", description=__doc__)
    parser.add_argument("action", choices=["lock", "check"])
    parser.add_argument("source", type=Path, help="folder with a pyproject.toml, wheel, or specification of the Transform Garden (YAML)")
    parser.add_argument("out", type=Path, help="folder of the lock")
    parser.add_argument("--transform", action="append", default=[], metavar="NAME=CLASS", help="a transform and the full name of its class")
    parser.add_argument("--extra", action="append", default=[], help="extra of the package")
    parser.add_argument("--image", default=Collection.image, help="image of the recipe")
    given = parser.parse_args(arguments)
    named = dict(each.split("=", 1) for each in given.transform)
    collection = Collection(given.source, named, tuple(given.extra), given.image)
    try:
        if given.action == "lock":
            locked = lock(collection, given.out)
            print(f"locked {len(locked.transforms)} transforms and {len(locked.packages)} packages in {given.out}")
            return 0
        changed = check(collection, given.out)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for line in changed:
        print(line)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
