/** Runs of whole processes: wall time and peak memory, median and 90th percentile. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** One command line to measure. */
export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What one run took. */
interface Sample {
  readonly seconds: number;
  /** Peak resident memory of the process itself, without its children. */
  readonly megabytes: number;
}

/** What all runs of one command took. */
export interface Figures {
  readonly runs: number;
  readonly medianSeconds: number;
  readonly p90Seconds: number;
  readonly peakMegabytes: number;
}

/** Runs a command `times` times, one after the other, after one run that is not counted. */
export async function measure(run: Run, times: number): Promise<Figures> {
  await once(run);
  const samples: Sample[] = [];
  for (let i = 0; i < times; i++) samples.push(await once(run));
  return figuresOf(samples);
}

/** Figures of samples. */
function figuresOf(samples: readonly Sample[]): Figures {
  const seconds = samples.map((sample) => sample.seconds).sort((a, b) => a - b);
  return {
    runs: samples.length,
    medianSeconds: round(quantile(seconds, 0.5)),
    p90Seconds: round(quantile(seconds, 0.9)),
    peakMegabytes: Math.round(Math.max(...samples.map((sample) => sample.megabytes))),
  };
}

/** One run; fails with the command's own words where it fails. */
function once({ command, args, cwd, env }: Run): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    let megabytes = 0;
    const watch = setInterval(() => {
      megabytes = Math.max(megabytes, peakMemory(child.pid));
    }, 20);
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
      if (code === 0) resolve({ seconds, megabytes });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${errors.slice(-2000)}`));
    });
  });
}

/** The kernel's own high-water mark; 0 where there is no /proc or the process has ended. */
function peakMemory(pid: number | undefined): number {
  try {
    const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
