/** Rows of kinds that report by conditions. */

import type { JsonObject } from "#lib/core/json";
import { conditionReady } from "#lib/kube/condition-ready";
import { healthOf } from "#lib/kube/health";

const row = conditionReady("Ready", "upstream", { failed: "Accepted" });
const withStatus = (status: JsonObject = {}) => ({ apiVersion: "example.com/v1", kind: "Store", metadata: { name: "one" }, status });

test("an object is ready while the condition is True", () => {
  expect(healthOf(withStatus(row.simulated?.[0]?.status), row).state).toBe("ready");
});

test("an object whose other condition is False has failed", () => {
  expect(healthOf(withStatus(row.simulatedFailure?.status), row)).toMatchObject({
    state: "failed",
    message: expect.stringContaining("simulated failure"),
  });
});

test("an object whose condition is False is waited for where another one means failed", () => {
  const conditions = [{ type: "Ready", status: "False" }];

  expect(healthOf(withStatus({ conditions }), row).state).toBe("waiting");
  expect(healthOf(withStatus({ conditions }), conditionReady("Ready", "upstream")).state).toBe("failed");
});

test("an object whose condition is False is waited for where no condition means failed", () => {
  const never = conditionReady("Ready", "upstream", { failed: false });

  expect(healthOf(withStatus({ conditions: [{ type: "Ready", status: "False" }] }), never).state).toBe("waiting");
  expect(never.simulatedFailure).toBeUndefined();
});
