/** What follows from a pool's props. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCELERATORS } from "#lib/components/node-pools/accelerators";
import { gkeComputeClassPoolSchema } from "#lib/components/node-pools/gke-schema";
import { karpenterAwsPoolSchema, karpenterAzurePoolSchema, karpenterGcpPoolSchema } from "#lib/components/node-pools/karpenter-schema";
import { poolCapacity, poolFacts } from "#lib/components/node-pools/pool-facts";
import { staticPoolSchema } from "#lib/components/node-pools/schema";
import { Size } from "#lib/core/size";
import type { InstanceFacts } from "#lib/imports/instance-types/facts";
import { type AwsInstanceType, awsInstanceTypes, azureInstanceTypes, gcpInstanceTypes } from "#lib/imports/instance-types/index";
import { placement, totalCapacity } from "#lib/kube/node-pool";

const gpu = karpenterAwsPoolSchema.parse({
  type: "karpenter-aws",
  instanceTypes: ["g6.xlarge", "g6.12xlarge"],
  limits: { cpu: 96, memory: Size.gibibytes(384), accelerators: 8 },
});
const fixed = staticPoolSchema.parse({ type: "static", nodes: 3, node: { cpu: 4, memory: Size.gibibytes(16) } });

test("sends pods of a GPU pool to its nodes, taint and all, whatever value a cloud gives the taint", () => {
  expect(placement(poolFacts("gpu", gpu))).toEqual({
    nodeSelector: { "beamstack-iac/node-pool": "gpu" },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
  });
});

test("tolerates nothing in a pool without taints", () => {
  expect(placement(poolFacts("cpu", fixed))).toEqual({ nodeSelector: { "beamstack-iac/node-pool": "cpu" } });
});

test("tolerates a taint of its own by its value", () => {
  const taints = [{ key: "example.com/team", value: "a", effect: "NoExecute" as const }];

  expect(poolFacts("cpu", { ...fixed, taints }).tolerations).toEqual([
    { key: "example.com/team", operator: "Equal", value: "a", effect: "NoExecute" },
  ]);
});

test("adds up what pools give at most", () => {
  expect(poolCapacity(gpu)).toEqual({ nodes: 24, cpu: 96, memory: Size.gibibytes(384), accelerators: 8, resource: "nvidia.com/gpu" });
  expect(poolCapacity(fixed)).toEqual({ nodes: 3, cpu: 12, memory: Size.gibibytes(48), accelerators: 0 });
  expect(totalCapacity([{ capacity: poolCapacity(gpu) }, { capacity: poolCapacity(fixed) }])).toEqual({
    cpu: 108,
    memory: Size.gibibytes(432),
    gpus: 8,
    gpuShares: {},
  });
});

/** Karpenter 1.14.1, reference of instance types: what it counts on, with VM_MEMORY_OVERHEAD_PERCENT at its default. */
const KARPENTER = readFileSync(join(__dirname, "karpenter-allocatable.tsv"), "utf8").trim().split("\n").slice(1);

test("every instance type offers what Karpenter counts on", () => {
  const offered = Object.keys(awsInstanceTypes()).map((name) => {
    const [shape] = poolFacts("pool", { ...gpu, instanceTypes: [name as AwsInstanceType] }).shapes;
    return [name, shape?.memory.inMebibytes, shape?.cpu.toFixed(3), shape?.accelerators, shape?.pods].join("\t");
  });

  expect(offered.sort()).toEqual([...KARPENTER].sort());
});

test("a volume of 100 GiB holds 89 GiB of pods: without the kubelet's reserve of 1 GiB and its eviction threshold of 10 %", () => {
  expect(poolFacts("gpu", gpu).shapes.map(({ scratch }) => `${scratch}`)).toEqual(["89Gi", "89Gi"]);
});

test("a node of a static pool offers what is said of it", () => {
  const scratch = Size.gibibytes(100);

  expect(poolFacts("cpu", fixed).shapes).toEqual([{ cpu: 4, memory: Size.gibibytes(16), accelerators: 0, scratch, pods: 110 }]);
});

test("every accelerator of a generated instance type is in the list", () => {
  const types: readonly InstanceFacts[] = [awsInstanceTypes(), azureInstanceTypes(), gcpInstanceTypes()].flatMap((types) =>
    Object.values(types),
  );
  const models = new Set(types.flatMap(({ accelerators }) => (accelerators ? [accelerators[0]] : [])));

  expect([...models].filter((name) => !(name in ACCELERATORS))).toEqual([]);
});

const npu = { name: "acme-npu", resource: "acme.example/npu", memory: Size.gibibytes(32) };

test("an accelerator that the list lacks is asked for by its own resource, and keeps other pods off", () => {
  const own = staticPoolSchema.parse({ ...fixed, node: { ...fixed.node, accelerators: { type: npu, count: 4 } } });

  expect(poolFacts("npu", own)).toMatchObject({
    accelerator: npu,
    tolerations: [{ key: "acme.example/npu", operator: "Exists", effect: "NoSchedule" }],
    capacity: { accelerators: 12, resource: "acme.example/npu" },
  });
});

test("an instance type that the list lacks is counted as Karpenter would count it", () => {
  const { cpu, memoryMib, pods } = awsInstanceTypes()["m7i.2xlarge"];
  const described = { name: "m9.2xlarge", cpu, memory: Size.mebibytes(memoryMib), pods };
  const shapes = (type: unknown) => poolFacts("p", karpenterAwsPoolSchema.parse({ ...gpu, instanceTypes: [type] })).shapes;

  expect(shapes(described)).toEqual(shapes("m7i.2xlarge"));
});

test("nodes with EFA offer its interfaces, and nodes of the families that have it the labels of EC2's network", () => {
  const { shapes, topology } = poolFacts("p", { ...gpu, instanceTypes: ["p5.48xlarge"] });

  expect(shapes.map(({ rdma }) => rdma)).toEqual([{ resource: "vpc.amazonaws.com/efa", count: 32 }]);
  expect(topology).toEqual([1, 2, 3].map((layer) => `topology.k8s.aws/network-node-layer-${layer}`));
});

test("a pool knows its architecture", () => {
  expect(poolFacts("p", { ...gpu, instanceTypes: ["m8g.large"] }).architecture).toBe("arm64");
});

const limits = { cpu: 1_000, memory: Size.gibibytes(4_000) };
const MIB = 1024 ** 2;

/** Reserved by the kubelet of AKS: karpenter-provider-azure v1.14.2, pkg/providers/instancetype/suite_test.go. */
test.each([
  [2, 8, 100, 1_843],
  [3, 64, 120, 5_611],
])("a VM of %d cores and %d GiB in Azure offers what Karpenter counts on", (cpu, gibibytes, reservedMillicores, reservedMebibytes) => {
  const type = { name: "own", cpu, memory: Size.gibibytes(gibibytes) };
  const [shape] = poolFacts("p", karpenterAzurePoolSchema.parse({ type: "karpenter-azure", instanceTypes: [type], limits })).shapes;

  expect(shape?.cpu).toBeCloseTo(cpu - reservedMillicores / 1_000);
  expect(shape?.memory.bytes).toBe(gibibytes * 1024 ** 3 - Math.ceil(gibibytes * 1024 ** 3 * 0.075) - (reservedMebibytes + 750) * MIB);
  expect(shape).toMatchObject({ pods: 250, scratch: Size.ofBytes(100e9) });
});

/** Reserved by GKE: karpenter-provider-gcp v0.5.0, pkg/utils/utils_test.go. */
test.each([
  [2, 8_192, 70, 1_843],
  [4, 16_384, 80, 2_662],
  [8, 131_072, 90, 9_543],
  [16, 200_000, 110, 10_921],
])(
  "a VM of %d cores and %d MiB in Google Cloud offers what Karpenter counts on",
  (cpu, mebibytes, reservedMillicores, reservedMebibytes) => {
    const type = { name: "own", cpu, memory: Size.mebibytes(mebibytes) };
    const [shape] = poolFacts("p", karpenterGcpPoolSchema.parse({ type: "karpenter-gcp", instanceTypes: [type], limits })).shapes;

    expect(shape?.cpu).toBeCloseTo(cpu - (reservedMillicores + 100) / 1_000);
    expect(shape?.memory.bytes).toBe(mebibytes * MIB - Math.trunc(mebibytes * MIB * 0.065) - (reservedMebibytes + 100) * MIB);
    expect(shape).toMatchObject({ pods: 110, scratch: Size.gibibytes(49) });
  },
);

/** Sources: kubernetes/autoscaler, cluster-autoscaler 1.36.1, cloudprovider/gce/gce_reserved.go; Google, "Plan node sizes": 25 % of 4 GiB, 20 % of 4, 10 % of 8, 6 % of the rest. */
test("a node of GKE offers less than its machine: kernel, image of the node, reserves and thresholds", () => {
  const pool = { type: "gke-compute-class", instanceTypes: ["n2-standard-8"], limits };
  const { shapes, nodeSelector, tolerations } = poolFacts("p", gkeComputeClassPoolSchema.parse(pool));
  const kernel = (32 * 1024 ** 3) / 64 + (16 + 64) * MIB + Math.trunc(0.00175 * 32 * 1024 ** 3);

  expect(shapes[0]?.memory.bytes).toBe(32 * 1024 ** 3 - kernel - (1_024 + 819 + 819 + 983 + 100) * MIB);
  expect(nodeSelector).toEqual({ "cloud.google.com/compute-class": "p" });
  expect(tolerations).toEqual([{ key: "cloud.google.com/compute-class", operator: "Equal", value: "p", effect: "NoSchedule" }]);
});
