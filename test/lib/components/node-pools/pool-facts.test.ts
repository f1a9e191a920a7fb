/** What follows from a pool's props. */

import { ACCELERATORS } from "#lib/components/node-pools/accelerators";
import { INSTANCE_TYPES, type InstanceType } from "#lib/components/node-pools/instance-types";
import { poolCapacity, poolFacts } from "#lib/components/node-pools/pool-facts";
import { karpenterAwsPoolSchema, staticPoolSchema } from "#lib/components/node-pools/schema";
import { Size } from "#lib/core/size";
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
  });
});

test("a machine offers less to pods than it has, a node of a static pool what is said of it", () => {
  const [small, large] = poolFacts("gpu", gpu).shapes;

  // The reservations that EKS makes on 4 and 48 cores.
  expect(small?.cpu).toBeCloseTo(3.92);
  expect(large?.cpu).toBeCloseTo(47.81);
  expect(small?.memory.inMebibytes).toBe(14_481);
  expect(poolFacts("cpu", fixed).shapes).toEqual([{ cpu: 4, memory: Size.gibibytes(16), accelerators: 0 }]);
});

test("every instance type names an accelerator of the catalogue exactly when it has some", () => {
  const types: readonly [string, InstanceType][] = Object.entries(INSTANCE_TYPES);

  const wrong = types.filter(([, { accelerator, count }]) => count > 0 !== (accelerator !== undefined && accelerator in ACCELERATORS));

  expect(wrong).toEqual([]);
});
