import { parseEvent } from "#stacks/engine/events";

const URN = "urn:pulumi:local::beamstack::beamstack-iac:index:Beamstack$kubernetes:core/v1:ConfigMap::core/ConfigMap/ns/a";
const metadata = { op: "update", urn: URN, type: "kubernetes:core/v1:ConfigMap", old: { id: "ns/a" }, new: { id: "" } };

test.each([
  ["resourcePreEvent", "began"],
  ["resOutputsEvent", "ended"],
  ["resOpFailedEvent", "failed"],
])("reads %s as a step that %s, named by the object's id", (key, type) => {
  const detailedDiff = { "data.key": { diffKind: "update", inputDiff: false } };

  expect(parseEvent(JSON.stringify({ sequence: 1, [key]: { metadata: { ...metadata, detailedDiff } } }))).toEqual({
    type,
    operation: "update",
    urn: URN,
    name: "core/ConfigMap/ns/a",
    resourceType: "kubernetes:core/v1:ConfigMap",
    resourceId: "ns/a",
    retained: false,
    differences: { "data.key": "update" },
    values: { "data.key": {} },
  });
});

test.each([
  [true, { old: 1, new: 2 }],
  [false, { old: 3, new: 2 }],
])("has the values of a difference, of inputs (%s) or from what is there", (inputDiff, values) => {
  const at = (value: number) => ({ spec: { containers: [{ "a.b": value }] } });
  const detailedDiff = { 'spec.containers[0]["a.b"]': { diffKind: "update", inputDiff } };
  const states = { old: { id: "x", inputs: at(1), outputs: at(3) }, new: { id: "x", inputs: at(2) } };

  expect(parseEvent(JSON.stringify({ resourcePreEvent: { metadata: { ...metadata, ...states, detailedDiff } } }))).toMatchObject({
    values: { 'spec.containers[0]["a.b"]': values },
  });
});

test("reads what is said of a resource", () => {
  const said = { diagnosticEvent: { urn: URN, message: "0 of 1 ready\n", severity: "info", ephemeral: true, color: "never" } };

  expect(parseEvent(JSON.stringify(said))).toEqual({ type: "message", severity: "info", text: "0 of 1 ready", urn: URN, ephemeral: true });
});

test("reads the summary", () => {
  const summary = { summaryEvent: { maybeCorrupt: false, durationSeconds: 3, resourceChanges: { create: 1 }, result: "failed" } };

  expect(parseEvent(JSON.stringify(summary))).toEqual({ type: "summary", result: "failed", seconds: 3, changes: { create: 1 } });
});

test("passes over events that tell nothing of resources", () => {
  expect(parseEvent(JSON.stringify({ sequence: 1, preludeEvent: { config: {} } }))).toBeUndefined();
});
