/** Requests and limits of operators. */

import { schemaProblems } from "#lib/core/schema-problems";
import { Size } from "#lib/core/size";
import { type PartResources, partResources, partResourcesSchema } from "#lib/kube/part-resources";

const mi = Size.mebibytes;
const DEFAULTS = { requests: { cpu: 0.1, memory: mi(128) }, limits: { memory: mi(256) } };

test.each<[string, PartResources | undefined, object]>([
  ["nothing", undefined, { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } }],
  ["a higher limit", { limits: { memory: mi(1024) } }, { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "1Gi" } }],
  [
    "requests above the default limit",
    { requests: { memory: mi(512) } },
    { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "512Mi" } },
  ],
  [
    "a limit below the default requests",
    { limits: { memory: mi(64) } },
    { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } },
  ],
  [
    "cores",
    { requests: { cpu: 2 }, limits: { cpu: 4 } },
    { requests: { cpu: "2", memory: "128Mi" }, limits: { cpu: "4", memory: "256Mi" } },
  ],
])("with %s, limits are never below requests", (_, given, expected) => {
  expect(partResources(given, DEFAULTS)).toEqual(expected);
});

test("refuses limits below the requests beside them", () => {
  const wrong = { requests: { memory: mi(512) }, limits: { memory: mi(256) } };

  expect(schemaProblems(partResourcesSchema, wrong, "x")).toMatchObject([
    { id: "spec.wrong-value", allowed: "limits of at least the requests" },
  ]);
});
