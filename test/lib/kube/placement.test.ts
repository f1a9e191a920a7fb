/** Pods and the machines of the pool that they are sent to. */

import { Size } from "#lib/core/size";
import type { NodeShape } from "#lib/kube/node-pool";
import { type PodAsk, placementProblems } from "#lib/kube/placement";

const gi = Size.gibibytes;
const small: NodeShape = { cpu: 4, memory: gi(16), accelerators: 0, scratch: gi(50), pods: 110 };
const gpu: NodeShape = { cpu: 2, memory: gi(8), accelerators: 1, scratch: gi(100), pods: 110 };
const place = { id: "product.does-not-fit", path: "product.one" };

const misfit = (ask: PodAsk, shapes: readonly NodeShape[]) => placementProblems(ask, { name: "pool", shapes }, place);

test.each<[string, PodAsk]>([
  ["as much as the largest machine has", { cpu: 4, memory: gi(16) }],
  ["as much ephemeral storage as there is", { cpu: 1, memory: gi(1), scratch: gi(100) }],
  ["a GPU", { cpu: 2, memory: gi(8), accelerators: 1 }],
  ["fractions of a core that add up to all", { cpu: 0.1 * 3 + 3.7, memory: gi(1) }],
])("a pod that asks for %s fits", (_, ask) => {
  expect(misfit(ask, [small, gpu])).toEqual([]);
});

test.each<[string, PodAsk]>([
  ["more cores", { cpu: 4.5, memory: gi(1) }],
  ["more memory", { cpu: 1, memory: gi(17) }],
  ["more ephemeral storage", { cpu: 1, memory: gi(1), scratch: gi(101) }],
  ["more GPUs", { cpu: 1, memory: gi(1), accelerators: 2 }],
  ["the cores of one machine and the GPU of another", { cpu: 4, memory: gi(1), accelerators: 1 }],
])("a pod that asks for %s than any one machine offers is reported where its props stand", (_, ask) => {
  expect(misfit(ask, [small, gpu])).toEqual([expect.objectContaining(place)]);
});

test("the problem names what every machine offers", () => {
  expect(misfit({ cpu: 8, memory: gi(1), accelerators: 1 }, [small, gpu])).toMatchObject([
    {
      got: "a pod of 8 CPU, 1Gi memory, 1 GPUs",
      allowed: "the capacity of a node of pool pool: 4 CPU, 16Gi memory or 2 CPU, 8Gi memory, 1 GPUs",
    },
  ]);
});

test("nothing is said without a pool, or of one without machines, which is wrong in itself", () => {
  expect(placementProblems({ cpu: 100, memory: gi(1) }, undefined, place)).toEqual([]);
  expect(misfit({ cpu: 100, memory: gi(1) }, [])).toEqual([]);
});
