/**
 * Karpenter v1.14.1 with its kwok provider on our node pools. That provider knows its own node class only, so the pools refer to one of it.
 *
 * @exercises karpenter
 */

import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/karpenter/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { released } from "../fixtures/platform";
import { moduleObjects } from "./module-files";
import { read, rowOf, WITHIN_MS, withRealOperator } from "./real-operator";

const operator = withRealOperator({ name: "karpenter", goPackage: "sigs.k8s.io/karpenter/kwok", module: "karpenter" });
const NODE_CLASS_DEFINITION = {
  module: "karpenter",
  goModule: "sigs.k8s.io/karpenter",
  path: "kwok/apis/crds/karpenter.kwok.sh_kwoknodeclasses.yaml",
};
const NODE_CLASS: KubeObject = { apiVersion: "karpenter.kwok.sh/v1alpha1", kind: "KWOKNodeClass", metadata: { name: "default" }, spec: {} };
const release = released({
  name: "test",
  cluster: { type: "context", context: "test" },
  karpenter: { clusterName: "test", nodes: { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } },
  nodePools: { general: { type: "karpenter-aws", instanceTypes: ["m7i.xlarge"], limits: { cpu: 16, memory: Size.gibibytes(64) } } },
});
const [pool] = release.objects
  .map(({ manifest }) => manifest)
  .filter(({ kind }) => kind === "NodePool")
  .map(ofKwok);
if (!pool) throw new Error("the release has no node pool");
const row = rowOf(pool);

beforeAll(async () => {
  const client = operator.client();
  for (const definition of [...definitions(), ...moduleObjects(NODE_CLASS_DEFINITION)]) await applyStrictly(client, definition);
  await client.apply(NODE_CLASS, { fieldManager: "test" });
  await client.apply(pool, { fieldManager: "kubectl" });
  operator.start({
    args: () => ["--metrics-port=0", "--health-probe-port=0"],
    env: () => ({ DISABLE_LEADER_ELECTION: "true", SYSTEM_NAMESPACE: "default" }),
  });
}, WITHIN_MS);

test(
  "a pool becomes ready, with the status that the simulator writes",
  async () => {
    const live = await operator.until(pool, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
  },
  WITHIN_MS,
);

test("a pool can be applied again after Karpenter has written", async () => {
  await operator.client().apply(pool, { fieldManager: "kubectl" });
});

test(
  "a pool whose spec Karpenter refuses has failed, and was not ready for a moment",
  async () => {
    const twice = { key: "example.com/team", value: "data", effect: "NoSchedule" };
    await operator.client().patch(refOf(pool), { type: "merge", body: { spec: { template: { spec: { taints: [twice, twice] } } } } });

    const healths = await operator.healthsOf(pool, 10);

    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
    expect(healths.at(-1)).toMatchObject({ state: "failed", message: expect.stringContaining("duplicate") });
  },
  WITHIN_MS,
);

function ofKwok(manifest: KubeObject): KubeObject {
  const reference = { group: "karpenter.kwok.sh", kind: NODE_CLASS.kind, name: NODE_CLASS.metadata.name };
  return JSON.parse(JSON.stringify(manifest), (key, value: unknown) => (key === "nodeClassRef" ? reference : value)) as KubeObject;
}
