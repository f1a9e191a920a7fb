/** The cases of a chaos run, from a seed: the same seed gives the same plan. */

/** What is interrupted. */
export type Operation = "up" | "change" | "refresh" | "destroy";

/** What happens to it. */
type Fault =
  | { readonly type: "kill"; readonly target: "command" | "group" | "engine" | "provider" }
  | { readonly type: "pause" | "crash"; readonly part: "etcd" | "kube-apiserver"; readonly seconds: number }
  | { readonly type: "crash-part"; readonly part: "kube-scheduler" | "kube-controller-manager" | "kwok" }
  | { readonly type: "disk-full" | "read-only-home" | "home-removed" }
  | { readonly type: "state"; readonly damage: "truncated" | "older" | "missing" }
  | { readonly type: "lock"; readonly holder: "dead" | "other-host" }
  | { readonly type: "foreign"; readonly kind: "Namespace" | "ClusterRole" | "CustomResourceDefinition" }
  | { readonly type: "finalizer"; readonly seconds: number }
  | { readonly type: "deleted-by-hand" };

/** One case. */
export interface Case {
  readonly operation: Operation;
  readonly fault: Fault;
  /** Moment of the fault, as the share of the time that the operation usually takes. */
  readonly at: number;
}

const OPERATIONS: readonly Operation[] = ["up", "change", "refresh", "destroy"];
const OUTAGES = [1, 5, 20, 70];

const FAULTS: readonly Fault[] = [
  ...(["command", "group", "engine", "provider"] as const).flatMap((target) => [
    { type: "kill", target } as const,
    { type: "kill", target } as const,
  ]),
  ...OUTAGES.flatMap((seconds) => [
    { type: "pause", part: "kube-apiserver", seconds } as const,
    { type: "pause", part: "etcd", seconds } as const,
    { type: "crash", part: "kube-apiserver", seconds } as const,
    { type: "crash", part: "etcd", seconds } as const,
  ]),
  ...(["kube-scheduler", "kube-controller-manager", "kwok"] as const).map((part) => ({ type: "crash-part", part }) as const),
  { type: "disk-full" },
  { type: "read-only-home" },
  { type: "home-removed" },
  { type: "state", damage: "truncated" },
  { type: "state", damage: "older" },
  { type: "state", damage: "missing" },
  { type: "lock", holder: "dead" },
  { type: "lock", holder: "other-host" },
  { type: "foreign", kind: "Namespace" },
  { type: "foreign", kind: "ClusterRole" },
  { type: "foreign", kind: "CustomResourceDefinition" },
  { type: "finalizer", seconds: 3 },
  { type: "deleted-by-hand" },
];

/** As many cases as asked for: faults in random order, each before any comes twice. */
export function planOf(seed: number, times: number): readonly Case[] {
  const random = mulberry32(seed);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const bag: Fault[] = [];
  return Array.from({ length: times }, () => {
    if (bag.length === 0) bag.push(...FAULTS);
    const [fault = FAULTS[0] as Fault] = bag.splice(Math.floor(random() * bag.length), 1);
    return { operation: operationFor(fault, pick), fault, at: Math.round(random() * 100) / 100 };
  });
}

/** Some faults mean one operation: what others own stands in the way of a creation, a finalizer in that of a deletion. */
function operationFor(fault: Fault, pick: (list: readonly Operation[]) => Operation): Operation {
  if (fault.type === "foreign") return "up";
  if (fault.type === "finalizer") return "destroy";
  return pick(OPERATIONS);
}

/** A small generator of random numbers with 32 bits of state. Source: github.com/bryc/code, jshash/PRNGs.md (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
