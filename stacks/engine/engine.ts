/** Runs the engine: one call, its events as they happen, and its exit. */

import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "../local/scratch";
import { type EngineEvent, parseEvent } from "./events";
import { followLines } from "./follow";
import type { EngineSettings } from "./settings";

/** How a call ended. */
export interface EngineEnd {
  /** Exit code; 255 if a signal ended it. */
  readonly code: number;
  /** The signal that ended it. @default it ended by itself */
  readonly signal?: NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was asked to stop. */
  readonly interrupted: boolean;
}

/** Runs a command of the engine that has no events, such as `stack output`. */
export function callEngine(settings: EngineSettings, args: readonly string[]): Promise<EngineEnd> {
  return start(settings, args, Number.POSITIVE_INFINITY);
}

/** Runs an operation on the stack and reports each event. */
export async function operate(
  settings: EngineSettings,
  args: readonly string[],
  onEvent: (event: EngineEvent) => void,
): Promise<EngineEnd> {
  const folder = scratchFolder("events");
  const log = join(folder, "events");
  writeFileSync(log, "");
  const follower = followLines(log, (line) => {
    const event = parseEvent(line);
    if (event) onEvent(event);
  });
  try {
    // The event log that the Automation API reads; the engine hides its flag behind this variable.
    const debug = { ...settings, env: { ...settings.env, PULUMI_DEBUG_COMMANDS: "true" } };
    return await start(debug, [...args, "--stack", settings.stack, "--event-log", log], KEPT_OF_OPERATION);
  } finally {
    follower.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Output of an operation beyond this is dropped, oldest first: it is only shown if the engine failed before its first event. */
const KEPT_OF_OPERATION = 64 * 1024;

function start({ engine, cwd, env }: EngineSettings, args: readonly string[], kept: number): Promise<EngineEnd> {
  return new Promise((resolve, reject) => {
    // Same process group: a signal to the group also ends the engine, so that it never runs on unattended.
    const all = [...args, "--non-interactive", "--color", "never"];
    const child = spawn(engine, all, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        said[stream] = (said[stream] + text).slice(-kept);
      });
    }
    const signals = forwardSignals(child, () => said.stdout + said.stderr);
    child.once("error", (error) => {
      signals.stop();
      reject(error);
    });
    child.once("close", (code, signal) => {
      signals.stop();
      resolve({ code: code ?? 255, ...(signal && { signal }), ...said, interrupted: signals.interrupted() });
    });
  });
}

/** Time for the engine to acknowledge a signal. */
const HEARD_WITHIN_MS = 1_000;

/** The engine's acknowledgement of a signal: `^C received; cancelling` or `SIGTERM received; cancelling`. */
const HEARD = "received; cancelling";

/**
 * Forwards signals that have not reached the engine. Ctrl-C reaches the whole process group, `kill` one process only,
 * and the engine treats a second signal as "stop at once and drop pending operations".
 */
function forwardSignals(child: ChildProcess, said: () => string) {
  let count = 0;
  const timers: NodeJS.Timeout[] = [];
  const forward = (signal: NodeJS.Signals): void => {
    count += 1;
    const isFirst = count === 1;
    const pass = (): void => {
      if (!isFirst || !said().includes(HEARD)) child.kill(signal);
    };
    timers.push(setTimeout(pass, HEARD_WITHIN_MS));
  };
  process.on("SIGINT", forward).on("SIGTERM", forward);
  return {
    interrupted: () => count > 0,
    stop: (): void => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
