/**
 * Karpenter v1.14.1 with its kwok provider on our node pools and overlays. That provider knows its own node class only, so the pools refer to one of it. Its nodes have what
 * their first pods ask for and what their type has: without a kubelet and a device plugin, no further share of a GPU, and whole GPUs that a real node would not offer.
 *
 * @exercises karpenter
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/karpenter/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { pause } from "#stacks/cluster/retry";
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
  karpenter: { clusterName: "test", nodeOverlays: true, nodes: { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } },
  gpus: { software: { owner: "image", image: "al2023" } },
  nodePools: {
    general: { type: "karpenter-aws", instanceTypes: ["m7i.xlarge"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
    shared: {
      type: "karpenter-aws",
      instanceTypes: ["g6.12xlarge"],
      limits: { cpu: 96, memory: Size.gibibytes(384), accelerators: 8 },
      sharing: { type: "time-slicing", replicas: 4 },
    },
  },
});
const named = (kind: string, name: string): KubeObject => {
  const found = release.objects.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return ofKwok(found.manifest);
};
const [pool, shared, overlay] = [named("NodePool", "general"), named("NodePool", "shared"), named("NodeOverlay", "shared-4")];
const row = rowOf(pool);

/** A machine as EC2 has it: the provider of kwok knows others only. */
const G6 = {
  name: "g6.12xlarge",
  architecture: "amd64",
  operatingSystems: ["linux"],
  resources: { cpu: "48", memory: "192Gi", "ephemeral-storage": "100Gi", pods: "110", "nvidia.com/gpu": "4" },
  offerings: [
    {
      Price: 1,
      Available: true,
      Requirements: [
        { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
        { key: "topology.kubernetes.io/zone", operator: "In", values: ["test-zone-a"] },
      ],
    },
  ],
};

beforeAll(async () => {
  const client = operator.client();
  for (const definition of [...definitions(), ...moduleObjects(NODE_CLASS_DEFINITION)]) await applyStrictly(client, definition);
  await client.apply(NODE_CLASS, { fieldManager: "test" });
  for (const object of [pool, overlay, shared]) await client.apply(object, { fieldManager: "kubectl", fieldValidation: "Strict" });
  const types = join(operator.folder, "instance-types.json");
  writeFileSync(types, JSON.stringify([G6]));
  operator.start({
    args: () => ["--metrics-port=0", "--health-probe-port=0", `--instance-types-file-path=${types}`, "--feature-gates=NodeOverlay=true"],
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

test(
  "an overlay with the shares of a pool becomes ready, with the status that the simulator writes",
  async () => {
    const overlayRow = rowOf(overlay);

    const live = await operator.until(overlay, (seen) => healthOf(seen, overlayRow).state === "ready");

    expect(read(live["status"], overlayRow)).toEqual(read(overlayRow.simulated?.at(-1)?.status, overlayRow));
  },
  WITHIN_MS,
);

test(
  "no node is created for a pod that asks for a whole GPU of a shared pool",
  async () => {
    const whole = podOf("whole", "nvidia.com/gpu");
    await operator.client().create(whole);

    const refusal = await untilListed("Event", (event) => valueAt(event, ["reportingComponent"]) === "karpenter" && isOf(event, whole));

    expect(valueAt(refusal, ["reason"])).toBe("FailedScheduling");
    expect(await operator.client().list(CLAIMS)).toEqual([]);
    await operator.client().delete(refOf(whole));
  },
  WITHIN_MS,
);

test(
  "a pod that asks for a share of a GPU gets a node of its pool, with the labels of the device plugin",
  async () => {
    const part = podOf("part", "nvidia.com/gpu.shared");
    await operator.client().create(part);

    const placed = await operator.until(part, (seen) => valueAt(seen, ["spec", "nodeName"]) !== undefined);

    const [claim] = await operator.client().list(CLAIMS);
    expect(valueAt(claim, ["spec", "resources", "requests", "nvidia.com/gpu.shared"])).toBe("1");
    const node = await operator.client().get({ apiVersion: "v1", kind: "Node", name: String(valueAt(placed, ["spec", "nodeName"])) });
    expect(node.metadata.labels).toMatchObject({
      "beamstack-iac/node-pool": "shared",
      "node.kubernetes.io/instance-type": "g6.12xlarge",
      "nvidia.com/device-plugin.config": "time-slicing-4",
    });
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

const CLAIMS = { apiVersion: "karpenter.sh/v1", kind: "NodeClaim" };

/** A pod on the shared pool that asks for one of a resource. */
function podOf(name: string, resource: string): KubeObject {
  const amounts = { cpu: "1", memory: "1Gi", [resource]: "1" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      nodeSelector: { "beamstack-iac/node-pool": "shared" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
      containers: [{ name: "main", image: "example.com/main:1", resources: { requests: amounts, limits: amounts } }],
    },
  };
}

function isOf(event: KubeObject, { metadata }: KubeObject): boolean {
  return valueAt(event, ["involvedObject", "name"]) === metadata.name;
}

async function untilListed(kind: string, wanted: (seen: KubeObject) => boolean): Promise<KubeObject> {
  const end = Date.now() + WITHIN_MS * 0.9;
  while (Date.now() < end) {
    const found = (await operator.client().list({ apiVersion: "v1", kind })).find(wanted);
    if (found) return found;
    await pause(500);
  }
  throw new Error(`no ${kind} as wanted; the operator's last lines:\n${operator.log()}`);
}
