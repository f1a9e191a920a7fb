/** The budget of accelerators: what everything that runs on a pool, or waits in a queue, asks for, against what they have. No product is named here. */

import type { QueueShare } from "./queue";

/** Pods of one object that ask for accelerators of a pool. */
export interface AcceleratorDemand {
  /** Id of the object. */
  readonly owner: string;
  /** Name of the node pool. */
  readonly pool: string;
  /** Name of the queue that admits the object. @default it starts at once */
  readonly queue?: string;
  /** Accelerators of all its pods together, at their upper limit. */
  readonly accelerators: number;
  /** Jobs that the queue admits one by one, such as the trials of a search; the accelerators are those of all. @default 1 */
  readonly jobs?: number;
  /** Does it end by itself, and give its accelerators back? */
  readonly ends: boolean;
}

/** What the budget knows of a queue. */
export interface QueueBudget {
  readonly name: string;
  readonly shares: readonly QueueShare[];
}

/** An object that its queue never admits as a whole. */
export interface QueueOverdraft {
  readonly owner: string;
  readonly asked: number;
  /** The most that it could have. */
  readonly available: number;
}

/** Pods of several sizes on a pool whose nodes are alike. */
export interface PodMix {
  readonly nodes: number;
  /** Accelerators of each node. */
  readonly perNode: number;
  /** Accelerators in use at one time, at most. */
  readonly total: number;
  /** Accelerators of the pods. */
  readonly sizes: readonly number[];
}

/**
 * The largest pods that may find no node with room for them although the pool as a whole has enough, because others are on every node. None where
 * each pod finds room wherever the scheduler has put the others.
 */
export function scatteredSize({ nodes, perNode, total, sizes }: PodMix): number | undefined {
  const step = sizes.reduce(commonDivisor, 0);
  const isBlocked = (size: number) => total - size >= nodes * step * Math.ceil((perNode - size + 1) / step);
  return sizes.filter((size) => size <= perNode && isBlocked(size)).sort((a, b) => b - a)[0];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/**
 * The most accelerators of a pool that are in use at one time: everything that starts at once, and the most that the queues can admit together. A
 * queue admits whole jobs; what it borrows is the quota of another one.
 */
export function poolDemand(demands: readonly AcceleratorDemand[], queues: readonly QueueBudget[], pool: string): number {
  const own = demands.filter((demand) => demand.pool === pool);
  const atOnce = own.filter(({ queue }) => !queues.some(({ name }) => name === queue));
  const admitted = queues.map((queue) => {
    const waiting = own.filter((demand) => demand.queue === queue.name);
    return sums(jobsOf(waiting), mostOf(queue, pool));
  });
  return total(atOnce) + Math.max(...combined(admitted, quotasOf(queues, pool)));
}

/** Accelerators of each job that a queue admits by itself. */
function jobsOf(demands: readonly AcceleratorDemand[]): number[] {
  return owners(demands).flatMap((owner) => {
    const own = demands.filter((demand) => demand.owner === owner);
    const jobs = own[0]?.jobs ?? 1;
    return new Array<number>(jobs).fill(total(own) / jobs);
  });
}

/** What some of these numbers can add up to, no more than `most`. */
function sums(numbers: readonly number[], most: number): ReadonlySet<number> {
  const reached = new Set([0]);
  for (const number of numbers) for (const one of [...reached]) if (one + number <= most) reached.add(one + number);
  return reached;
}

/** What one number of each set can add up to, no more than `most`. */
function combined(sets: readonly ReadonlySet<number>[], most: number): ReadonlySet<number> {
  let reached = new Set([0]);
  for (const set of sets)
    reached = new Set([...reached].flatMap((one) => [...set].map((other) => one + other).filter((each) => each <= most)));
  return reached;
}

/** Objects of a queue that it never admits as a whole, because of its own limit, or of what others hold that do not end. */
export function queueOverdrafts(
  demands: readonly AcceleratorDemand[],
  queues: readonly QueueBudget[],
  { queue, pool }: { readonly queue: QueueBudget; readonly pool: string },
): QueueOverdraft[] {
  // The component reports a queue that does not cover the pool.
  if (!queue.shares.some((share) => share.pool === pool)) return [];
  const here = demands.filter((demand) => demand.pool === pool);
  const own = here.filter((demand) => demand.queue === queue.name);
  const lasting = own.filter(({ ends }) => !ends);
  const elsewhere = here.filter(
    (demand) => !demand.ends && demand.queue !== queue.name && queues.some(({ name }) => name === demand.queue),
  );
  const most = Math.min(mostOf(queue, pool), quotasOf(queues, pool) - total(elsewhere));
  const left = most - total(lasting);
  const [largest] = [...lasting].sort((a, b) => b.accelerators - a.accelerators);
  if (largest && left < 0) return [{ owner: largest.owner, asked: total(lasting), available: Math.max(most, 0) }];
  const ending = own.filter(({ ends }) => ends);
  return owners(ending)
    .map((owner) => ({ owner, asked: total(ending.filter((demand) => demand.owner === owner)), available: Math.max(left, 0) }))
    .filter(({ asked, available }) => asked > available);
}

function owners(demands: readonly AcceleratorDemand[]): string[] {
  return [...new Set(demands.map(({ owner }) => owner))];
}

/** A queue without a share of the pool admits nothing there; a share without a number has no limit. */
function mostOf({ shares }: QueueBudget, pool: string): number {
  const share = shares.find((one) => one.pool === pool);
  return share ? (share.accelerators ?? Number.POSITIVE_INFINITY) : 0;
}

/** The quotas of all queues: what they can admit together, as each borrows only what another one does not use. */
function quotasOf(queues: readonly QueueBudget[], pool: string): number {
  return queues.reduce(
    (all, queue) => all + (queue.shares.find((one) => one.pool === pool)?.quota?.accelerators ?? mostOf(queue, pool)),
    0,
  );
}

function total(demands: readonly AcceleratorDemand[]): number {
  return demands.reduce((all, { accelerators }) => all + accelerators, 0);
}
