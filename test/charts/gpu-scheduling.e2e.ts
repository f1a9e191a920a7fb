/** Our numbers of what pools offer against the real scheduler: pods with GPUs are Pending when, and only when, their pool is full. */

import { setTimeout as pause } from "node:timers/promises";
import { App, Chart } from "cdk8s";
import fc from "fast-check";
import { NodePool } from "#lib/components/node-pools/index";
import type { NodePoolProps } from "#lib/components/node-pools/schema";
import { valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { type NodeShape, placement } from "#lib/kube/node-pool";
import type { KubeObject } from "#lib/kube/object";
import { type PodAsk, placementProblems } from "#lib/kube/placement";
import { problemsOf } from "#lib/kube/problems";
import { resources } from "#lib/kube/resources";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { withControlPlane } from "../fixtures/control-plane";

const CASES = 200;
const SEED = 16;
const SETTLED_WITHIN_MS = 300_000;
const NAMESPACE = "asks";

type Ask = Required<Omit<PodAsk, "scratch">>;

/** A pool, and what its pods ask for, in the order of their creation. */
interface Case {
  readonly pool: NodePool;
  readonly asks: readonly Ask[];
}

const staticPools: fc.Arbitrary<NodePoolProps> = fc
  .record({
    nodes: fc.integer({ min: 1, max: 3 }),
    cpu: fc.integer({ min: 4, max: 64 }),
    gibibytes: fc.integer({ min: 16, max: 256 }),
    count: fc.integer({ min: 1, max: 8 }),
    sharing: fc.constantFrom(
      undefined,
      undefined,
      { type: "time-slicing", replicas: 4 } as const,
      { type: "mps", replicas: 2 } as const,
      { type: "mig", profile: "1g.10gb" } as const,
      { type: "mig", profile: "3g.40gb" } as const,
    ),
  })
  .map(({ nodes, cpu, gibibytes, count, sharing }) => ({
    type: "static",
    nodes,
    node: { cpu, memory: Size.gibibytes(gibibytes), accelerators: { type: "nvidia-h100-80gb", count, ...(sharing && { sharing }) } },
  }));

const provisionedPools: fc.Arbitrary<NodePoolProps> = fc
  .record({
    instanceTypes: fc.constantFrom(
      ["g6.xlarge"] as const,
      ["g6.4xlarge", "g6.12xlarge"] as const,
      ["g5.12xlarge", "g5.xlarge"] as const,
      ["p4d.24xlarge"] as const,
    ),
    cpu: fc.integer({ min: 4, max: 200 }),
    gibibytes: fc.integer({ min: 16, max: 2_500 }),
    accelerators: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ instanceTypes, cpu, gibibytes, accelerators }) => ({
    type: "karpenter-aws",
    instanceTypes: [...instanceTypes],
    limits: { cpu, memory: Size.gibibytes(gibibytes), accelerators },
  }));

/** Asks of all sizes: crumbs, what exactly fits a node, and what is a little more. */
function asksOf({ shapes, capacity }: NodePool): fc.Arbitrary<readonly Ask[]> {
  const amounts = (shape: NodeShape) => {
    const gpus = shape.acceleratorsPerPod ?? shape.accelerators + 1;
    return fc.record({
      cpu: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 4_000 }).map((millicores) => millicores / 1_000) },
        fc.constantFrom(shape.cpu, Math.floor(shape.cpu * 500) / 1_000, shape.cpu + 0.001),
      ),
      memory: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 16_384 }).map(Size.mebibytes) },
        fc.constantFrom(shape.memory, Size.ofBytes(Math.floor(shape.memory.bytes / 2)), Size.ofBytes(shape.memory.bytes + 1)),
      ),
      accelerators: capacity.resource === undefined ? fc.constant(0) : fc.integer({ min: 0, max: gpus }),
    });
  };
  return fc.array(fc.oneof(...shapes.map(amounts)), { minLength: 1, maxLength: 10 });
}

/** Pools with wrong props are left out: no scheduler sees them. */
function poolOf(props: NodePoolProps, name: string): NodePool | undefined {
  const pool = new NodePool(new Chart(new App(), "pools"), name, { ...props, name, namespace: "any" });
  return problemsOf(pool).length === 0 && pool.simulatedNodes.length > 0 ? pool : undefined;
}

function casesOf(): Case[] {
  const pools = fc.oneof(staticPools, provisionedPools).filter((props) => poolOf(props, "any") !== undefined);
  return fc.sample(pools, { numRuns: CASES, seed: SEED }).flatMap((props, position) => {
    const pool = poolOf(props, `p${position}`);
    return pool ? fc.sample(asksOf(pool), { numRuns: 1, seed: SEED + position }).map((asks) => ({ pool, asks })) : [];
  });
}

const cases = casesOf();
const controlPlane = withControlPlane(cases.flatMap(({ pool }) => pool.simulatedNodes));

function podOf({ pool }: Case, { cpu, memory, accelerators }: Ask, name: string): KubeObject {
  const { resource } = pool.capacity;
  const extended = resource !== undefined && accelerators > 0 ? { extended: { [resource]: accelerators } } : {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      ...placement(pool),
      containers: [{ name: "main", image: "example.com/main:1", resources: resources({ cpu, memory, ...extended }) }],
    },
  };
}

const nameOf = (at: number, position: number) => `c${at}-${position}`;

/** Creates a few at a time: the API server would answer "too many requests". */
async function createAll(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  const rest = [...objects];
  const work = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await client.create(next);
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

/** Nodes of all pods once the scheduler has decided on each, by name of the pod; Pending ones have none. */
async function decided(client: KubeClient, count: number): Promise<ReadonlyMap<string, string | undefined>> {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  let before = "";
  for (;;) {
    const found = await client.list({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE });
    const nodes = new Map(found.map((pod) => [pod.metadata.name, nodeOf(pod)]));
    const text = JSON.stringify([...nodes].sort());
    // Twice the same: nothing that was put back into the queue has found a node since.
    if (found.length === count && found.every(isDecided) && text === before) return nodes;
    if (Date.now() > deadline) throw new Error(`${found.filter(isDecided).length} of ${count} pods decided`);
    before = text;
    await pause(3_000);
  }
}

function nodeOf(pod: KubeObject): string | undefined {
  const node = valueAt(pod, ["spec", "nodeName"]);
  return typeof node === "string" ? node : undefined;
}

function isDecided(pod: KubeObject): boolean {
  const conditions = valueAt(pod, ["status", "conditions"]);
  return Array.isArray(conditions) && conditions.some((condition) => valueAt(condition, ["type"]) === "PodScheduled");
}

/** What is left of every node of a pool, by our own numbers. */
function roomOf({ pool, asks }: Case, nodes: readonly (string | undefined)[]): Map<string, NodeShape> {
  return new Map(
    pool.simulatedNodes.map((node) => {
      const taken = asks.filter((_, position) => nodes[position] === node.name);
      const sum = (amount: (ask: Ask) => number) => taken.reduce((total, ask) => total + amount(ask), 0);
      const { cpu, memory, accelerators, pods, ...shape } = shapeOf(pool, node.labels["node.kubernetes.io/instance-type"]);
      const left: NodeShape = {
        ...shape,
        cpu: cpu - sum((ask) => ask.cpu),
        memory: Size.ofBytes(memory.bytes - sum((ask) => ask.memory.bytes)),
        accelerators: accelerators - sum((ask) => ask.accelerators),
        pods: pods - taken.length,
      };
      return [node.name, left];
    }),
  );
}

/** Shapes are in the order of the instance types, of which no two have the same number of cores in one pool here. */
function shapeOf(pool: NodePool, instanceType: string | undefined): NodeShape {
  const order = instanceType === undefined ? 0 : (INSTANCE_ORDER[instanceType] ?? 0);
  const shape = pool.shapes[order];
  if (!shape) throw new Error(`no shape of ${instanceType} in ${pool.name}`);
  return shape;
}

const INSTANCE_ORDER: Readonly<Record<string, number>> = { "g6.12xlarge": 1, "g5.xlarge": 1 };

const place = { id: "fits-no-machine", path: "asks" };
const fits = (ask: Ask, pool: NodePool, shape: NodeShape) =>
  shape.pods > 0 && placementProblems(ask, { name: pool.name, shapes: [shape] }, place).length === 0;

let nodes: ReadonlyMap<string, string | undefined>;
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  const pods = cases.flatMap((one, at) => one.asks.map((ask, position) => podOf(one, ask, nameOf(at, position))));
  await createAll(client, pods);
  nodes = await decided(client, pods.length);
});

afterAll(() => client.close());

/** What breaks the rule, in every case at once. */
function broken(wrong: (one: Case, at: readonly (string | undefined)[]) => readonly string[]): string[] {
  return cases.flatMap((one, at) => {
    const placed = one.asks.map((_, position) => nodes.get(nameOf(at, position)));
    return wrong(one, placed).map((text) => `case ${at}, pool of ${JSON.stringify(one.pool.capacity)}: ${text}`);
  });
}

const text = ({ cpu, memory, accelerators }: Ask) => `${cpu} CPU, ${memory}, ${accelerators} GPUs`;

test("there are as many cases as promised, of every kind: full pools, pools with room, pods that fit no node", () => {
  const pending = cases.map((one, at) => one.asks.filter((_, position) => nodes.get(nameOf(at, position)) === undefined));
  const never = cases.filter(({ pool, asks }) => asks.some((ask) => placementProblems(ask, pool, place).length > 0));

  expect(cases).toHaveLength(CASES);
  expect(pending.filter((pods) => pods.length > 0).length).toBeGreaterThan(CASES / 10);
  expect(pending.filter((pods) => pods.length === 0).length).toBeGreaterThan(CASES / 10);
  expect(never.length).toBeGreaterThan(CASES / 10);
});

test("a pod is Pending only where no node of its pool has room for it", () => {
  expect(
    broken((one, placed) => {
      const room = [...roomOf(one, placed).entries()];
      return one.asks.flatMap((ask, position) =>
        placed[position] === undefined
          ? room.filter(([, left]) => fits(ask, one.pool, left)).map(([node]) => `${text(ask)} is Pending, ${node} has room`)
          : [],
      );
    }),
  ).toEqual([]);
});

test("a pod runs only on a node of its pool, and no node has more than it offers", () => {
  expect(
    broken((one, placed) => {
      const own = new Set(one.pool.simulatedNodes.map(({ name }) => name));
      const strays = placed.filter((node) => node !== undefined && !own.has(node)).map((node) => `a pod on ${node}`);
      const over = [...roomOf(one, placed)].filter(
        ([, left]) => left.cpu < -1e-9 || left.memory.bytes < 0 || left.accelerators < 0 || left.pods < 0,
      );
      return [...strays, ...over.map(([node]) => `${node} has more than it offers`)];
    }),
  ).toEqual([]);
});

test("a pod that the placement check refuses never runs", () => {
  expect(
    broken(({ pool, asks }, placed) =>
      asks.flatMap((ask, position) =>
        placed[position] !== undefined && placementProblems(ask, pool, place).length > 0
          ? [`${text(ask)} runs on ${placed[position]}`]
          : [],
      ),
    ),
  ).toEqual([]);
});

test("GPUs in use are at most the capacity of the pool; asks beyond it leave a pod Pending", () => {
  expect(
    broken(({ pool, asks }, placed) => {
      const sum = (counted: readonly Ask[]) => counted.reduce((total, { accelerators }) => total + accelerators, 0);
      const used = sum(asks.filter((_, position) => placed[position] !== undefined));
      const isOver = sum(asks) > pool.capacity.accelerators && placed.every((node) => node !== undefined);
      return [...(used > pool.capacity.accelerators ? [`${used} GPUs in use`] : []), ...(isOver ? ["all asks run"] : [])];
    }),
  ).toEqual([]);
});
