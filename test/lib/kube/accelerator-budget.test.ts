/** The arithmetic of the budget, against a scheduler and queues that admit jobs one by one. */

import fc from "fast-check";
import {
  type AcceleratorDemand,
  type PodMix,
  poolDemand,
  type QueueBudget,
  queueOverdrafts,
  scatteredSize,
} from "#lib/kube/accelerator-budget";

const POOL = "gpu";

interface Given {
  readonly capacity: number;
  readonly queues: readonly QueueBudget[];
  readonly demands: readonly AcceleratorDemand[];
}

const queueNames = ["research", "vision"];

/** Queues of one cohort, whose quotas fit the pool, and objects of every kind. */
const given: fc.Arbitrary<Given> = fc
  .record({
    capacity: fc.integer({ min: 0, max: 16 }),
    quotas: fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })),
    borrowing: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
    objects: fc.array(
      fc.record({
        queue: fc.option(fc.constantFrom(...queueNames), { nil: undefined }),
        each: fc.integer({ min: 1, max: 4 }),
        jobs: fc.integer({ min: 1, max: 3 }),
        ends: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ capacity, quotas, borrowing, objects }) => ({
    capacity,
    queues: queueNames.map((name, index) => {
      const quota = quotas[index] ?? 0;
      return { name, shares: [{ pool: POOL, accelerators: quota + (borrowing[index] ?? 0), quota: { accelerators: quota } }] };
    }),
    demands: objects.map(({ queue, each, jobs, ends }, index) => ({
      owner: `object-${index}`,
      pool: POOL,
      ...(queue !== undefined && { queue }),
      accelerators: each * jobs,
      jobs,
      ends,
    })),
  }))
  // Kueue's own check refuses quotas that the pool does not have.
  .filter(({ capacity, queues }) => quotasOf(queues) <= capacity);

const quotasOf = (queues: readonly QueueBudget[]) => queues.reduce((all, { shares }) => all + (shares[0]?.quota?.accelerators ?? 0), 0);
const sum = (demands: readonly AcceleratorDemand[]) => demands.reduce((all, { accelerators }) => all + accelerators, 0);
const overdraftsOf = ({ demands, queues }: Given) => queues.flatMap((queue) => queueOverdrafts(demands, queues, { queue, pool: POOL }));

interface Job {
  readonly owner: string;
  readonly queue: string;
  readonly accelerators: number;
  readonly ends: boolean;
}

/** Jobs as queues see them: each trial by itself. */
function jobsOf(demands: readonly AcceleratorDemand[]): Job[] {
  return demands.flatMap(({ owner, queue, accelerators, jobs = 1, ends }) =>
    queue === undefined ? [] : new Array<Job>(jobs).fill({ owner, queue, accelerators: accelerators / jobs, ends }),
  );
}

/** Admits jobs in their order while their queue's limit and the cohort's quotas allow it. */
function admit(waiting: readonly Job[], running: readonly Job[], queues: readonly QueueBudget[]): Job[] {
  const admitted: Job[] = [];
  for (const job of waiting) {
    const now = running.concat(admitted);
    const most = queues.find(({ name }) => name === job.queue)?.shares[0]?.accelerators ?? 0;
    const own = total(now.filter(({ queue }) => queue === job.queue));
    if (own + job.accelerators <= most && total(now) + job.accelerators <= quotasOf(queues)) admitted.push(job);
  }
  return admitted;
}

test("what the budget allows runs: no admitted pod stays Pending, and every job gets its turn", () => {
  fc.assert(
    fc.property(given, (one) => {
      const { capacity, queues, demands } = one;
      fc.pre(poolDemand(demands, queues, POOL) <= capacity && overdraftsOf(one).length === 0);
      const atOnce = sum(demands.filter(({ queue }) => queue === undefined));
      // Those that never end come first: they hold what they have.
      let waiting = [...jobsOf(demands)].sort((a, b) => Number(a.ends) - Number(b.ends));
      let running: Job[] = [];
      while (waiting.length > 0) {
        const admitted = admit(waiting, running, queues);
        expect(admitted.length).toBeGreaterThan(0);
        const all = [...running, ...admitted];
        expect(atOnce + total(all)).toBeLessThanOrEqual(capacity);
        const left = [...waiting];
        for (const job of admitted) left.splice(left.indexOf(job), 1);
        waiting = left;
        running = all.filter(({ ends }) => !ends);
      }
    }),
  );
});

test("what the budget of a pool refuses stays Pending in some order of admission", () => {
  fc.assert(
    fc.property(given, ({ capacity, queues, demands }) => {
      fc.pre(poolDemand(demands, queues, POOL) > capacity);
      const atOnce = sum(demands.filter(({ queue }) => queue === undefined));
      const jobs = jobsOf(demands);
      fc.pre(jobs.length <= 7);

      expect(orders(jobs).some((order) => atOnce + total(admit(order, [], queues)) > capacity)).toBe(true);
    }),
  );
});

test("what the budget of a queue refuses never runs as a whole beside what does not end", () => {
  fc.assert(
    fc.property(given, (one) => {
      const { queues, demands } = one;
      const [first] = overdraftsOf(one);
      fc.pre(first !== undefined);
      const lasting = jobsOf(demands.filter(({ ends, owner }) => !ends && owner !== first?.owner));
      const own = jobsOf(demands.filter(({ owner }) => owner === first?.owner));
      const held = admit(lasting, [], queues);

      expect(held.length === lasting.length && admit(own, held, queues).length === own.length).toBe(false);
    }),
  );
});

test("jobs that wait for each other may ask for more than there is", () => {
  const queue = { name: "research", shares: [{ pool: POOL, accelerators: 4 }] };
  const jobs = ["a", "b", "c"].map((owner) => ({ owner, pool: POOL, queue: "research", accelerators: 4, ends: true }));

  expect(poolDemand(jobs, [queue], POOL)).toBe(4);
  expect(queueOverdrafts(jobs, [queue], { queue, pool: POOL })).toEqual([]);
});

/** Pods that come in any order, and nodes on which the scheduler puts them as it likes. */
const mixes = fc.record({
  nodes: fc.integer({ min: 1, max: 4 }),
  perNode: fc.integer({ min: 1, max: 8 }),
  pods: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 }),
  choices: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
});

const mixOf = ({
  nodes,
  perNode,
  pods,
}: {
  readonly nodes: number;
  readonly perNode: number;
  readonly pods: readonly number[];
}): PodMix => ({
  nodes,
  perNode,
  total: pods.reduce((all, size) => all + size, 0),
  sizes: pods,
});

test("where no size is scattered, each pod finds a node, whatever the scheduler chooses", () => {
  fc.assert(
    fc.property(mixes, ({ choices, ...given }) => {
      const { nodes, perNode, pods } = given;
      fc.pre(pods.every((size) => size <= perNode) && mixOf(given).total <= nodes * perNode && scatteredSize(mixOf(given)) === undefined);
      const left = new Array<number>(nodes).fill(perNode);
      for (const [position, size] of pods.entries()) {
        const open = left.flatMap((room, node) => (room >= size ? [node] : []));
        expect(open).not.toEqual([]);
        const node = open[(choices[position] ?? 0) % open.length] ?? 0;
        left[node] = (left[node] ?? 0) - size;
      }
    }),
  );
});

test.each([
  ["fill their nodes", { nodes: 2, perNode: 8, pods: [4, 4, 4, 4] }, undefined],
  ["leave a rest on each node that is too small for another", { nodes: 2, perNode: 5, pods: [2, 2, 2, 2, 2] }, 2],
  ["are small and on every node, beside a large one", { nodes: 2, perNode: 8, pods: [1, 1, 8] }, 8],
  ["are too few to be on every node", { nodes: 2, perNode: 8, pods: [1, 8] }, undefined],
  ["share one node", { nodes: 1, perNode: 8, pods: [1, 2, 5] }, undefined],
])("pods that %s", (_what, given, size) => {
  expect(scatteredSize(mixOf(given))).toBe(size);
});

function total(jobs: readonly Job[]): number {
  return jobs.reduce((all, { accelerators }) => all + accelerators, 0);
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) => orders([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]));
}
