/** Role of a queue: it admits jobs while its quota is free. No queueing product is named here. */

import type { IConstruct, IDependable } from "constructs";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import { Size } from "#lib/core/size";
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
  /** What belongs to the queue, without what it may borrow. @default the amounts above */
  readonly quota?: { readonly accelerators: number };
}

/** How a job enters a queue. */
export interface QueueEntry {
  /** Labels of the job. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Labels that the queueing product writes into the pod template of a group of pods when it admits the job. A job that brings them is not changed
   * by it, which matters where a list with templates has one owner as a whole.
   *
   * @default none
   */
  readonly podLabels?: (group: string) => Readonly<Record<string, string>>;
  /** Annotations that the queueing product writes into the pod template of a StatefulSet. @default none */
  readonly statefulSetPodAnnotations?: Readonly<Record<string, string>>;
  /** The job depends on it. */
  readonly dependency: IDependable;
}

/** A queue of jobs. */
export interface IQueue extends IConstruct {
  readonly name: string;
  readonly shares: readonly QueueShare[];
  /** Labels of the objects whose pods it admits, by which budgets count them. @default unknown: they are counted as if they started at once */
  readonly admits?: Readonly<Record<string, string>>;
  /** Does it admit StatefulSets, too? @default false */
  readonly admitsStatefulSets?: boolean;
  /** Opens the queue to jobs of a namespace. */
  enter(namespace: string): QueueEntry;
}

/** Is the construct a queue? */
export function isQueue(construct: IConstruct): construct is IQueue {
  return "shares" in construct && "enter" in construct;
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

/** Problems of a job that its queue never admits: all its pods start together. Reported with the id and path of `place`. */
export function queueProblems(job: readonly QueuedPods[], queue: Pick<IQueue, "name" | "shares">, place: ProblemPlace): Problem[] {
  const { name, shares } = queue;
  const placed = shares.map((share) => ({ share, ask: total(job.filter(({ pool }) => pool === share.pool)) }));
  const fits =
    job.every((pods) => shares.some((share) => (pods.pool ?? share.pool) === share.pool && admits(share, total([pods])))) &&
    placed.every(({ share, ask }) => admits(share, ask)) &&
    admits(sumOf(shares), total(job));
  if (fits) return [];
  return [
    {
      ...place,
      got: job.map(podsText).join("; "),
      allowed: `together at most the quota of queue ${name}: ${shares.map(shareText).join(" and ")}`,
      fix: "ask for less, use pools that the queue covers, or raise its quota: a job that exceeds it is never admitted",
    },
  ];
}

type Ask = Required<Pick<QueuedPods, "cpu" | "memory" | "accelerators">>;

function total(job: readonly QueuedPods[]): Ask {
  const sum = (amount: (pods: QueuedPods) => number) => job.reduce((all, pods) => all + pods.count * amount(pods), 0);
  return {
    cpu: sum(({ cpu }) => cpu),
    memory: Size.mebibytes(Math.ceil(sum(({ memory }) => memory.inMebibytes))),
    accelerators: sum(({ accelerators = 0 }) => accelerators),
  };
}

/** What all pools of a queue give together; unlimited where one of them is. */
function sumOf(shares: readonly QueueShare[]): Omit<QueueShare, "pool"> {
  const sum = (amounts: readonly (number | undefined)[]) =>
    amounts.reduce<number | undefined>((all, amount) => (all === undefined || amount === undefined ? undefined : all + amount), 0);
  const [cpu, memory, accelerators] = [
    sum(shares.map((share) => share.cpu)),
    sum(shares.map((share) => share.memory?.inMebibytes)),
    sum(shares.map((share) => share.accelerators)),
  ];
  return {
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory: Size.mebibytes(memory) }),
    ...(accelerators !== undefined && { accelerators }),
  };
}

function admits(share: Omit<QueueShare, "pool">, { cpu, memory, accelerators }: Ask): boolean {
  return (
    (share.cpu === undefined || !exceeds(cpu, share.cpu)) &&
    (share.memory === undefined || memory.bytes <= share.memory.bytes) &&
    (share.accelerators === undefined || accelerators <= share.accelerators)
  );
}

function podsText({ count, cpu, memory, accelerators = 0, pool }: QueuedPods): string {
  return `${count} pods of ${cpu} CPU, ${memory} memory and ${accelerators} accelerators${pool ? ` on pool ${pool}` : ""}`;
}

function shareText({ pool, cpu, memory, accelerators }: QueueShare): string {
  const amounts = [
    ...(cpu === undefined ? [] : [`${cpu} CPU`]),
    ...(memory === undefined ? [] : [`${memory} memory`]),
    ...(accelerators === undefined ? [] : [`${accelerators} accelerators`]),
  ];
  return `${amounts.join(", ")} on pool ${pool}`;
}
