/** Measures whole processes, one after the other: wall time and usage, median and 90th percentile. */

import { type ChildProcess, spawn } from "node:child_process";
import { type Usage, type Watch, watchProcess } from "./usage";

/** One command line to measure. */
export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  /** @default the working directory of this process */
  readonly cwd?: string;
  /** Whole environment. @default that of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether its stdout is part of an error. @default stderr only: stdout may be megabytes of YAML */
  readonly errorOnStdout?: boolean;
}

/** Figures of one run. */
export interface Sample extends Usage {
  readonly seconds: number;
  /** Requests that reached the API server, by verb. @default not counted */
  readonly requests?: Readonly<Record<string, number>>;
}

/** Figures of all runs of one command. */
export interface Figures {
  readonly runs: number;
  readonly medianSeconds: number;
  readonly p90Seconds: number;
  readonly peakMegabytes: number;
  /** Every run, as they came. */
  readonly seconds: readonly number[];
  /** Of the median run, by part. @default not measured */
  readonly cpuSeconds?: Readonly<Record<string, number>>;
  /** Of the median run, by verb. @default not counted */
  readonly requests?: Readonly<Record<string, number>>;
}

/**
 * Runs each task `times` times after one uncounted run. In every round each task runs once, so that a machine that
 * slows down affects all.
 */
export async function inTurns<Name extends string, T>(
  tasks: Readonly<Record<Name, () => Promise<T>>>,
  times: number,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(tasks) as Name[];
  const results = Object.fromEntries(names.map((name): [string, T[]] => [name, []])) as Record<Name, T[]>;
  for (let round = 0; round <= times; round++) {
    for (const name of names) {
      process.stderr.write(`  ${round === 0 ? "warming up" : `round ${round} of ${times}`}: ${name} ...\n`);
      const result = await tasks[name]();
      if (round > 0) results[name].push(result);
    }
  }
  return results;
}

/** Figures of samples; there must be one. */
export function figuresOf(samples: readonly Sample[]): Figures {
  const sorted = [...samples].sort((a, b) => a.seconds - b.seconds);
  const median = quantile(sorted, 0.5);
  return {
    runs: samples.length,
    medianSeconds: round(median.seconds),
    p90Seconds: round(quantile(sorted, 0.9).seconds),
    peakMegabytes: Math.round(Math.max(...samples.map(({ megabytes }) => megabytes))),
    seconds: samples.map(({ seconds }) => round(seconds)),
    ...(median.cpuSeconds && { cpuSeconds: rounded(median.cpuSeconds) }),
    ...(median.requests && { requests: median.requests }),
  };
}

/** The active run: an interrupt must reach it, and no other may start after it. */
let current: ChildProcess | undefined;
let interrupted = false;

/** Stops the active run; it then fails, and its caller cleans up. */
export function interruptRun(): void {
  interrupted = true;
  current?.kill("SIGTERM");
}

/** @throws if {@link interruptRun} was called */
export function goOn(): void {
  if (interrupted) throw new Error("interrupted");
}

/** One run; an error includes the command's own output. */
export async function runOnce({ command, args, cwd, env, errorOnStdout }: Run, watch: Watch = watchProcess): Promise<Sample> {
  goOn();
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const stdout = errorOnStdout ? "pipe" : "ignore";
    const child = spawn(command, args, { cwd, env: { ...(env ?? process.env) }, stdio: ["ignore", stdout, "pipe"] });
    current = child;
    const used = watch(child.pid ?? 0);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        said = (said + data.toString()).slice(-KEPT);
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const seconds = (performance.now() - begin) / 1000;
      const usage = used();
      current = undefined;
      if (code === 0) resolve({ seconds, ...usage });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code ?? signal}: ${said}`));
    });
  });
}

/** Enough for an error. */
const KEPT = 2_000;

function quantile(sorted: readonly Sample[], q: number): Sample {
  const found = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  if (!found) throw new Error("no run, no figures");
  return found;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function rounded(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round(value)]));
}
