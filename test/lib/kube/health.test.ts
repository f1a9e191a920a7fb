import { readinessTable } from "#lib/components/registry";
import { healthOf } from "#lib/kube/health";
import type { Readiness } from "#lib/kube/readiness";
import { waitForAnnotation } from "#lib/kube/wait-for";

const row: Readiness = {
  ready: [
    { type: "condition", name: "Ready", status: "True" },
    { type: "field", path: ".status.phase", anyOf: ["Running", "Idle"] },
  ],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["Broken"] }],
  source: "test",
};
const thing = (status: Record<string, unknown>) => ({ apiVersion: "a.io/v1", kind: "Thing", metadata: { name: "x" }, status }) as never;
const ready = [{ type: "Ready", status: "True" }];

test("an object is ready when every test holds", () => {
  expect(healthOf(thing({ conditions: ready, phase: "Idle" }), row).state).toBe("ready");
});

test("an object without a status says what it waits for", () => {
  expect(healthOf(thing({}), row)).toEqual({ state: "waiting", message: "waiting for condition Ready to be True; no condition Ready yet" });
});

test("a condition that does not hold is told with its reason and message", () => {
  const conditions = [{ type: "Ready", status: "False", reason: "NoIssuer", message: "issuer not found" }];

  expect(healthOf(thing({ conditions }), row).message).toContain("Ready is False: NoIssuer: issuer not found");
});

test("a failed test outweighs those that hold", () => {
  expect(healthOf(thing({ conditions: ready, phase: "Broken" }), row)).toEqual({ state: "failed", message: '.status.phase is "Broken"' });
});

test("an object that is held back counts as ready, and says so, unless it has failed", () => {
  const queued: Readiness = { ...row, held: [{ type: "condition", name: "Suspended", status: "True" }] };
  const conditions = [{ type: "Suspended", status: "True", reason: "Queue", message: "no quota" }];

  expect(healthOf(thing({ conditions }), queued)).toEqual({ state: "ready", message: "held back: Suspended is True: Queue: no quota" });
  expect(healthOf(thing({ conditions, phase: "Broken" }), queued).state).toBe("failed");
  expect(waitForAnnotation(queued)).toBeUndefined();
});

test.each([...readinessTable].filter(([, { simulated }]) => simulated).map(([kind, readiness]) => [kind, readiness] as const))(
  "the last simulated state of %s is ready, its failure failed",
  (_kind, readiness) => {
    const last = readiness.simulated?.at(-1);

    expect(healthOf(thing({ ...last?.status }), readiness).state).toBe("ready");
    if (readiness.simulatedFailure) expect(healthOf(thing({ ...readiness.simulatedFailure.status }), readiness).state).toBe("failed");
  },
);

describe("a status of an older generation", () => {
  const refusing: Readiness = { ...row, refusedBy: ".status.error" };
  const changed = (status: Record<string, unknown>) =>
    ({ apiVersion: "a.io/v1", kind: "Thing", metadata: { name: "x", generation: 2 }, status }) as never;
  const old = { conditions: ready, phase: "Idle", observedGeneration: 1 };

  test("is not ready, whatever it says", () => {
    expect(healthOf(changed(old), row)).toEqual({
      state: "waiting",
      message: "waiting for the operator to observe generation 2; it has observed 1",
    });
  });

  test("is not ready where a condition is older than the object", () => {
    const conditions = [{ type: "Ready", status: "True", observedGeneration: 1 }];

    expect(healthOf(changed({ conditions, phase: "Idle" }), row)).toMatchObject({
      state: "waiting",
      message: expect.stringContaining("observe generation 2"),
    });
  });

  test("has not failed: the new spec may be the repair", () => {
    expect(healthOf(changed({ ...old, phase: "Broken" }), row).state).toBe("waiting");
  });

  test("has failed where the operator refused the new spec", () => {
    expect(healthOf(changed({ ...old, error: "no such version" }), refusing)).toEqual({
      state: "failed",
      message: "the operator refused the spec: no such version",
    });
    expect(healthOf(changed({ ...old, error: "" }), refusing).state).toBe("waiting");
    expect(healthOf(changed({ ...old, observedGeneration: 2, error: "of the past" }), refusing).state).toBe("ready");
  });
});

test("a certificate that is being issued is waited for", () => {
  const certificate = readinessTable.get("cert-manager.io/Certificate");
  const conditions = [
    { type: "Ready", status: "False", reason: "DoesNotExist" },
    { type: "Issuing", status: "True", reason: "DoesNotExist" },
  ];

  expect(certificate && healthOf(thing({ conditions }), certificate).state).toBe("waiting");
});

test.each(["red", "unknown", undefined])("an Elasticsearch whose health is %s is not ready", (health) => {
  const elasticsearch = readinessTable.get("elasticsearch.k8s.elastic.co/Elasticsearch");

  expect(elasticsearch && healthOf(thing({ phase: "Ready", health }), elasticsearch).state).toBe("waiting");
});

test("a generation that is another object's is not compared, and the provider's wait, which would compare it, is left out", () => {
  const other: Readiness = { ...row, observesOther: true };
  const object = {
    ...(thing({ observedGeneration: 1, conditions: ready, phase: "Idle" }) as object),
    metadata: { name: "x", generation: 3 },
  } as never;

  expect(healthOf(object, other).state).toBe("ready");
  expect(healthOf(object, row).state).toBe("waiting");
  expect(waitForAnnotation(other)).toBeUndefined();
});
