import { readinessTable } from "#lib/components/registry";
import { healthOf } from "#lib/kube/health";
import type { Readiness } from "#lib/kube/readiness";

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

test.each([...readinessTable].filter(([, { simulated }]) => simulated).map(([kind, readiness]) => [kind, readiness] as const))(
  "the last simulated state of %s is ready, its failure failed",
  (_kind, readiness) => {
    const last = readiness.simulated?.at(-1);

    expect(healthOf(thing({ ...last?.status }), readiness).state).toBe("ready");
    if (readiness.simulatedFailure) expect(healthOf(thing({ ...readiness.simulatedFailure.status }), readiness).state).toBe("failed");
  },
);
