/** Collections on this machine. */

import { otherVersions } from "#stacks/beam/local-collections";
import { garden } from "../../lib/components/transform-collections/locks";

const collections = [{ name: "garden", lock: garden, wheels: "wheels" }];

test("takes a lock of the versions that run here", () => {
  expect(otherVersions(collections, { python: "3.11", beam: "2.77.0" })).toEqual([]);
});

test.each([
  ["Python", { python: "3.12", beam: "2.77.0" }, "put a python3 of version 3.11 first on PATH, or lock it again"],
  ["Beam", { python: "3.11", beam: "2.76.0" }, "lock it again"],
])("refuses a lock of another %s, before its wheels are installed", (_, here, fix) => {
  expect(otherVersions(collections, here)).toEqual([
    {
      id: "beam.collection-of-other-versions",
      path: "options.collection.garden",
      got: "a lock for Python 3.11 and Beam 2.77.0",
      allowed: `Python ${here.python} and Beam ${here.beam}, which run on this machine`,
      fix,
    },
  ]);
});
