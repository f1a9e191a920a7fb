/** Role of a queue: it admits jobs while its quota is free. No queueing product is named here. */

import type { IConstruct, IDependable } from "constructs";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import type { Size } from "#lib/core/size";
import { exceeds } from "./quantity";

/** The most that one job of a queue can ever have on one pool: its quota and what it may borrow. An absent amount is unlimited. */
export interface QueueShare {
  /** Name of the node pool. */
  readonly pool: string;
  /** Cores. */
  readonly cpu?: number;
  readonly memory?: Size;
  /** Number of accelerators. */
  readonly accelerators?: number;
}

/** How a job enters a queue. */
export interface QueueEntry {
  /** Labels of the job. */
  readonly labels: Readonly<Record<string, string>>;
  /** The job depends on it. */
  readonly dependency: IDependable;
}

/** A queue of jobs. */
export interface IQueue extends IConstruct {
  readonly name: string;
  readonly shares: readonly QueueShare[];
  /** Opens the queue to jobs of a namespace. */
  enter(namespace: string): QueueEntry;
}

/** Pods of a job that are alike. */
export interface QueuedPods {
  /** Name of their node pool; without one, any pool of the queue. @default any */
  readonly pool?: string;
  readonly count: number;
  /** Cores of one pod. */
  readonly cpu: number;
  /** Memory of one pod. */
  readonly memory: Size;
  /** Accelerators of one pod. @default 0 */
  readonly accelerators?: number;
}

/** Problems of a job that its queue never admits, reported with the id and path of `place`. */
export function queueProblems(job: readonly QueuedPods[], queue: Pick<IQueue, "name" | "shares">, place: ProblemPlace): Problem[] {
  return job
    .filter((pods) => !queue.shares.some((share) => admits(share, pods)))
    .map((pods) => ({
      ...place,
      got: `${pods.count} pods of ${pods.cpu} CPU, ${pods.memory} memory and ${pods.accelerators ?? 0} accelerators${pods.pool ? ` on pool ${pods.pool}` : ""}`,
      allowed: `at most the quota of queue ${queue.name}: ${queue.shares.map(shareText).join(" or ")}`,
      fix: "ask for less, use a pool that the queue covers, or raise the quota of the queue: a job that exceeds it is never admitted",
    }));
}

function admits(share: QueueShare, { pool = share.pool, count, cpu, memory, accelerators = 0 }: QueuedPods): boolean {
  return (
    pool === share.pool &&
    (share.cpu === undefined || !exceeds(count * cpu, share.cpu)) &&
    (share.memory === undefined || count * memory.bytes <= share.memory.bytes) &&
    (share.accelerators === undefined || count * accelerators <= share.accelerators)
  );
}

function shareText({ pool, cpu, memory, accelerators }: QueueShare): string {
  const amounts = [
    ...(cpu === undefined ? [] : [`${cpu} CPU`]),
    ...(memory === undefined ? [] : [`${memory} memory`]),
    ...(accelerators === undefined ? [] : [`${accelerators} accelerators`]),
  ];
  return `${amounts.join(", ")} on pool ${pool}`;
}
