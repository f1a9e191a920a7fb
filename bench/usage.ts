/** Resource usage of running processes, read from `/proc`; without `/proc` every figure is 0. */

import { readdirSync, readFileSync } from "node:fs";

/** Resource usage of a run. */
export interface Usage {
  /** Peak resident memory: of the process itself, or of its whole tree at one moment. */
  readonly megabytes: number;
  /** Processor time by part. @default not measured */
  readonly cpuSeconds?: Readonly<Record<string, number>>;
}

/** Watches a process from its start; call the returned function at its end. */
export type Watch = (pid: number) => () => Usage;

/** Watches memory of the process alone, with the kernel's high-water mark. */
export const watchProcess: Watch = (pid) => {
  let megabytes = 0;
  const timer = setInterval(() => {
    megabytes = Math.max(megabytes, kilobytesOf(pid, "VmHWM") / 1024);
  }, 20);
  return () => {
    clearInterval(timer);
    return { megabytes };
  };
};

/** Watches a process tree. Usage after the last sample is lost: a tenth of a second at most. */
export const watchTree: Watch = (root) => {
  const seen = new Map<number, { readonly part: string; readonly seconds: number }>();
  let megabytes = 0;
  const timer = setInterval(() => {
    const tree = treeOf(root);
    for (const { pid, seconds } of tree)
      seen.set(pid, { part: partOf(read(`/proc/${pid}/cmdline`)) ?? seen.get(pid)?.part ?? OTHER, seconds });
    megabytes = Math.max(megabytes, sum(tree.map(({ pid }) => kilobytesOf(pid, "VmRSS"))) / 1024);
  }, 100);
  return () => {
    clearInterval(timer);
    const cpuSeconds: Record<string, number> = {};
    for (const { part, seconds } of seen.values()) cpuSeconds[part] = (cpuSeconds[part] ?? 0) + seconds;
    return { megabytes, cpuSeconds };
  };
};

/** Processor time of a process so far. */
export function cpuSecondsOf(pid: number): number {
  return statOf(pid)?.seconds ?? 0;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

/** Linux counts in ticks of 10 ms on every platform of Node (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** The fields after the name, which is in parentheses and may contain any character. Source: proc_pid_stat(5). */
function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields.length < 20) return undefined;
  return { pid, parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

function treeOf(root: number): Stat[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []));
  const found = all.filter(({ pid }) => pid === root);
  // The list grows during iteration: children of children come after their parents.
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

/** Parts of a run by command line; its arguments end with a zero byte. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/pulumi-resource-kubernetes/, "provider"],
  [/pulumi-language-nodejs|plugins\/nodejs\/main\.js/, "language host"],
  [/@pulumi\/pulumi\/cmd\/run/, "program"],
  [/^[^\0]*\bpulumi\0/, "engine"],
];

/** All other processes. */
const OTHER = "command";

/** `undefined` for a zombie: its command line is gone. */
function partOf(commandLine: string): string | undefined {
  if (commandLine === "") return undefined;
  return PARTS.find(([pattern]) => pattern.test(commandLine))?.[1] ?? OTHER;
}

function kilobytesOf(pid: number, field: "VmHWM" | "VmRSS"): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Empty if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
