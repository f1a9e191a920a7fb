/** Simulated nodes of pools. */

import fc from "fast-check";
import { type NodePoolSettings, nodePoolSchema } from "#lib/components/node-pools/schema";
import { nodesOf } from "#lib/components/node-pools/simulated-nodes";
import { Size } from "#lib/core/size";
import { type AwsInstanceType, awsInstanceTypes } from "#lib/imports/instance-types/index";
import * as pools from "#lib/kube/node-pool";
import { parseQuantity } from "#lib/kube/quantity";

function simulatedNodes(given: Readonly<Record<string, unknown>>) {
  const settings = Object.entries(given).map(([name, props]) => [name, nodePoolSchema.parse(props) as NodePoolSettings] as const);
  return pools.simulatedNodes(settings.map(([name, each]) => ({ simulatedNodes: nodesOf(name, each) })));
}

const cpu = { type: "static", nodes: 2, node: { cpu: 8, memory: Size.gibibytes(32) }, zones: ["a", "b"] };
const gpu = {
  type: "static",
  nodes: 1,
  node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 2 } },
};

test("makes as many nodes as a static pool has, zones in turn", () => {
  expect(simulatedNodes({ cpu }).map(({ name, labels }) => [name, labels["topology.kubernetes.io/zone"]])).toEqual([
    ["cpu-0", "a"],
    ["cpu-1", "b"],
  ]);
});

test("offers accelerators and keeps other pods off", () => {
  expect(simulatedNodes({ cpu, gpu })[2]).toEqual({
    name: "gpu-0",
    labels: { "beamstack-iac/node-pool": "gpu" },
    taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
    capacity: { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "100Gi", "nvidia.com/gpu": "2" },
  });
});

test("a provisioned node offers less to pods than its machine has", () => {
  const pool = { type: "karpenter-aws", instanceTypes: ["m7i.large"], limits: { cpu: 2, memory: Size.gibibytes(8) } };

  expect(simulatedNodes({ pool })[0]).toMatchObject({
    capacity: { cpu: "2", memory: "8Gi", pods: "29", "ephemeral-storage": "100Gi" },
    allocatable: { cpu: "1930m", memory: "6903Mi", pods: "29", "ephemeral-storage": "89Gi" },
  });
});

test("adds a node for operators where every pool is tainted", () => {
  expect(simulatedNodes({ gpu }).map(({ name }) => name)).toEqual(["system-0", "gpu-0"]);
  expect(simulatedNodes({}).map(({ name }) => name)).toEqual(["system-0"]);
});

const NAMES = Object.keys(awsInstanceTypes()) as AwsInstanceType[];

test("gives a provisioned pool what its limits allow, and no more", () => {
  const limits = fc.record({ cpu: fc.integer({ min: 1, max: 2000 }), gib: fc.integer({ min: 1, max: 8000 }), accelerators: fc.nat(64) });
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 }), limits, (instanceTypes, limit) => {
      const { cpu, gib, accelerators } = limit;
      const pool = {
        type: "karpenter-aws",
        instanceTypes,
        limits: { cpu, memory: Size.gibibytes(gib), ...(accelerators > 0 && { accelerators }) },
      };
      const nodes = simulatedNodes({ pool }).filter(({ name }) => name.startsWith("pool-"));
      const sum = (resource: string) => nodes.reduce((total, { capacity }) => total + (parseQuantity(capacity[resource] ?? "0") ?? 0), 0);

      expect(sum("cpu")).toBeLessThanOrEqual(cpu);
      expect(sum("memory")).toBeLessThanOrEqual(gib * 1024 ** 3);
      const resources = ["nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "habana.ai/gaudi"];
      expect(resources.reduce((total, resource) => total + sum(resource), 0)).toBeLessThanOrEqual(accelerators);
      expect(nodes.length).toBeLessThanOrEqual(16);
    }),
  );
});
