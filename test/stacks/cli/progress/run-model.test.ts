import { elapsed, rowCount, rowState, rowWait } from "#stacks/cli/progress/row-text";
import { type RunKind, RunModel } from "#stacks/cli/progress/run-model";
import type { StepEvent } from "#stacks/engine/events";
import { namespace, object, releaseWith } from "../../../lib/release/fixture";

const release = releaseWith([
  namespace("ns"),
  object("ConfigMap", "a", { namespace: "ns" }),
  object("ConfigMap", "b", { namespace: "ns" }),
]);
const URN = "urn:pulumi:test::beamstack::kubernetes:core/v1:Namespace::core/Namespace/ns";

function step(type: StepEvent["type"], name: string, operation = "create"): StepEvent {
  const resourceType = name === "beamstack-test" ? "pulumi:pulumi:Stack" : "kubernetes:core/v1:ConfigMap";
  return { type, operation, urn: URN, name, resourceType, retained: false, differences: {}, values: {} };
}

function model(kind: RunKind = "up"): { readonly run: RunModel; tick(ms: number): void } {
  let now = 0;
  return {
    run: new RunModel(kind, release, () => now),
    tick: (ms) => {
      now += ms;
    },
  };
}

test("has a row for each stage of the release, in the order of the lifecycle, and none for the stack itself", () => {
  const { run } = model();
  run.apply(step("began", "beamstack-test"));

  expect(run.rows().map(({ stage, total }) => ({ stage, total }))).toEqual([{ stage: "foundation", total: 3 }]);
});

test("counts what the release no longer declares, and tells what is deleted from what is retained", () => {
  const { run } = model();
  run.apply(step("ended", "core/ConfigMap/ns/gone", "delete"));
  run.apply({ ...step("ended", "apiextensions.k8s.io/CustomResourceDefinition/kept", "delete"), retained: true });

  expect([...run.changes.values()].map(({ id, operation }) => [id, operation])).toEqual([
    ["core/ConfigMap/ns/gone", "delete"],
    ["apiextensions.k8s.io/CustomResourceDefinition/kept", "retain"],
  ]);
  expect(run.rows().at(-1)).toMatchObject({ stage: "other", done: 2 });
});

test("says what a resource waits for in the provider's words, and how many others need it", () => {
  const { run } = model();
  run.apply(step("began", "core/Namespace/ns"));
  run.apply({ type: "message", severity: "info", text: "waiting for the namespace to be active", urn: URN, ephemeral: true });

  const [row] = run.rows();

  const why = "waiting for the namespace to be active; 2 others need it";
  expect(row && rowWait(row, "id")).toBe(`core/Namespace/ns: ${why}`);
  expect(row && rowWait(row, "kind and name")).toBe(`Namespace ns: ${why}`);
  expect(run.messages).toEqual([]);
});

test("turns done when everything of the stage is there, and remembers how long that took", () => {
  const { run, tick } = model();
  for (const id of ["core/Namespace/ns", "core/ConfigMap/ns/a", "core/ConfigMap/ns/b"]) {
    run.apply(step("began", id));
    tick(1000);
    run.apply(step("ended", id));
  }

  const [row] = run.rows();

  expect(row && rowState(row)).toBe("done");
  expect(row && rowCount(row, "up")).toBe("3 of 3 ready");
  expect(row && (row.endedMs ?? 0) - (row.beganMs ?? 0)).toBe(3000);
});

test("counts a replaced resource once, when its replacement is whole", () => {
  const { run } = model();
  for (const operation of ["delete-replaced", "create-replacement", "replace"]) {
    run.apply(step("began", "core/ConfigMap/ns/a", operation));
    run.apply(step("ended", "core/ConfigMap/ns/a", operation));
  }

  expect(run.rows()[0]?.done).toBe(1);
});

test("is not done with a resource that an up only looked at first", () => {
  const { run } = model();
  run.apply(step("began", "core/ConfigMap/ns/a", "refresh"));
  run.apply(step("ended", "core/ConfigMap/ns/a", "refresh"));

  expect(run.rows()[0]?.done).toBe(0);
});

test("calls a stage with a failed resource failed", () => {
  const { run } = model();
  run.apply(step("began", "core/ConfigMap/ns/a"));
  run.apply(step("failed", "core/ConfigMap/ns/a"));

  expect(run.rows().map(rowState)).toEqual(["failed"]);
});

test("counts what is gone on destroy, without a total that it cannot know", () => {
  const { run } = model("destroy");
  run.apply(step("began", "core/ConfigMap/ns/a", "delete"));
  run.apply(step("ended", "core/ConfigMap/ns/a", "delete"));

  expect(run.rows().map((row) => rowCount(row, "destroy"))).toEqual(["1 gone"]);
});

test("says of what policy retains that it stays, although the engine calls it deleted", () => {
  const kept = releaseWith([object("PersistentVolumeClaim", "data", { namespace: "ns" })]);
  const run = new RunModel("destroy", kept);
  run.apply(step("ended", "core/PersistentVolumeClaim/ns/data", "delete"));

  expect([...run.changes.values()].map(({ operation }) => operation)).toEqual(["retain"]);
});

test("says of what policy retains and somebody deleted by hand that a refresh finds it deleted", () => {
  const kept = releaseWith([object("PersistentVolumeClaim", "data", { namespace: "ns" })]);
  const run = new RunModel("refresh", kept);
  run.apply(step("ended", "core/PersistentVolumeClaim/ns/data", "delete"));

  expect([...run.changes.values()].map(({ operation }) => operation)).toEqual(["delete"]);
});

test("remembers changes of the environment's entries, and nothing that stayed the same", () => {
  const { run } = model();
  run.apply(step("ended", "core/ConfigMap/ns/a", "update"));
  run.apply(step("ended", "core/ConfigMap/ns/b", "same"));
  run.apply(step("ended", "beamstack-test", "create"));

  expect([...run.changes.keys()]).toEqual(["core/ConfigMap/ns/a"]);
});

test.each([
  ["debug", "anything"],
  ["warning", "using pulumi-language-nodejs from $PATH at /x"],
  ["warning", "beam.secret-empty at pipelines.demo: got nothing"],
] as const)("leaves out %s: %s", (severity, text) => {
  const { run } = model();
  run.apply({ type: "message", severity, text, ephemeral: false });

  expect(run.messages).toEqual([]);
});

test.each([
  [400, "0.4 s"],
  [12_400, "12 s"],
  [125_000, "2 min 5 s"],
])("writes %d ms as %s", (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});
