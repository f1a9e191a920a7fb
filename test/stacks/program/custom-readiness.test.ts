import type { KubeObject } from "#lib/kube/object";
import type { Readiness } from "#lib/kube/readiness";
import { ApiError } from "#stacks/cluster/api-error";
import { notReady, settledHealth } from "#stacks/program/custom-readiness";

const row: Readiness = {
  ready: [{ type: "field", path: ".status.health", anyOf: ["green", "yellow"] }],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["Invalid"] }],
  refusedBy: ".status.error",
  source: "test",
};
const manifest: KubeObject = { apiVersion: "a.io/v1", kind: "Thing", metadata: { name: "x" } };
const quick = { timeoutMs: 200, failedForMs: 50, everyMs: 10 };

/** Asks a cluster that shows these statuses in turn, and the last one from then on. */
async function settle(...statuses: KubeObject[]) {
  const told: string[] = [];
  const left = [...statuses];
  const get = async (): Promise<KubeObject> => (left.length > 1 ? left.shift() : left[0]) ?? manifest;
  const health = await settledHealth({ get }, { manifest, row, tell: (message) => void told.push(message) }, quick);
  return { ...health, told };
}

const seen = (status: KubeObject[string], generation = 1): KubeObject => ({ ...manifest, metadata: { name: "x", generation }, status });

test("goes on once one of several values is there, and tells what it waits for once", async () => {
  const { state, told } = await settle(seen({ health: "red" }), seen({ health: "red" }), seen({ health: "yellow" }));

  expect(state).toBe("ready");
  expect(told).toEqual(['waiting for .status.health to be green or yellow; .status.health is "red"']);
});

test("does not take the status of the previous spec", async () => {
  const stale = seen({ health: "green", observedGeneration: 1 }, 2);

  expect(await settle(stale)).toMatchObject({ state: "waiting", message: expect.stringContaining("observe generation 2") });
  expect(await settle(stale, seen({ health: "green", observedGeneration: 2 }, 2))).toMatchObject({ state: "ready" });
});

test("fails when a refused spec stays refused, with the words of the operator", async () => {
  const refused = seen({ health: "green", observedGeneration: 1, error: "no such version" }, 2);

  expect(await settle(refused)).toMatchObject({ state: "failed", message: "the operator refused the spec: no such version" });
});

test("gives the operator a moment to leave a failed state", async () => {
  expect(await settle(seen({ phase: "Invalid" }), seen({ phase: "Ready", health: "green" }))).toMatchObject({ state: "ready" });
});

test("does not wait long for an object that is not there, and ends where the cluster does not answer", async () => {
  const answer = (status: number) => ({
    get: () => Promise.reject(new ApiError(status, status === 404 ? "NotFound" : "Forbidden", `status ${status}`)),
  });

  const tell = (): void => undefined;
  const patient = { ...quick, timeoutMs: 600_000 };
  await expect(settledHealth(answer(404), { manifest, row, tell }, patient)).resolves.toMatchObject({ state: "missing" });
  await expect(settledHealth(answer(403), { manifest, row, tell }, quick)).rejects.toThrow("cannot be asked");
});

test("says what to do: about a failed state something, about a waiting one nothing but time", () => {
  expect(
    notReady("flink.apache.org/FlinkDeployment/a/b", { state: "failed", message: "the operator refused the spec: no such version" }),
  ).toBe(
    "flink.apache.org/FlinkDeployment/a/b is not ready: the operator refused the spec: no such version; correct what it says there, " +
      "then run up again (beamstack-iac status shows all that is not ready)",
  );
  expect(notReady("core/Thing/a", { state: "waiting", message: "no status yet" })).toContain("up goes on where it stopped");
  expect(notReady("core/Thing/a", { state: "missing", message: "it does not exist" })).toContain("run up with --refresh");
});
