/** Runs the engine: one call, its events as they happen, and how it ended. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, parseEvent } from "./events";
import { followLines } from "./follow";
import type { EngineSettings } from "./settings";

/** How a call ended. */
export interface EngineEnd {
  /** Exit code; 255 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Was it asked to stop? */
  readonly interrupted: boolean;
}

/** Runs a command of the engine that has no events, such as `stack output`. */
export function callEngine(settings: EngineSettings, args: readonly string[]): Promise<EngineEnd> {
  return start(settings, args, Number.POSITIVE_INFINITY);
}

/** Runs an operation on the stack and tells each event. */
export async function operate(
  settings: EngineSettings,
  args: readonly string[],
  onEvent: (event: EngineEvent) => void,
): Promise<EngineEnd> {
  const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-"));
  const log = join(folder, "events");
  writeFileSync(log, "");
  const follower = followLines(log, (line) => {
    const event = parseEvent(line);
    if (event) onEvent(event);
  });
  try {
    // The log is the one that the Automation API reads; the engine hides its flag behind this variable.
    const debug = { ...settings, env: { ...settings.env, PULUMI_DEBUG_COMMANDS: "true" } };
    return await start(debug, [...args, "--stack", settings.stack, "--event-log", log], KEPT_OF_OPERATION);
  } finally {
    follower.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Output of an operation beyond this is cut at its start: it is only shown where the engine failed before its first event. */
const KEPT_OF_OPERATION = 64 * 1024;

function start({ engine, cwd, env }: EngineSettings, args: readonly string[], kept: number): Promise<EngineEnd> {
  return new Promise((resolve, reject) => {
    // Same process group as we: whoever kills us kills the engine, and never leaves it behind at work.
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
    child.once("close", (code) => {
      signals.stop();
      resolve({ code: code ?? 255, ...said, interrupted: signals.interrupted() });
    });
  });
}

/** How long the engine may take to say that a signal has reached it. */
const HEARD_WITHIN_MS = 1_000;

/** What the engine says once it has been asked to stop: `^C received; cancelling` or `SIGTERM received; cancelling`. */
const HEARD = "received; cancelling";

/**
 * Passes signals on that have not reached the engine by themselves. Ctrl-C reaches a whole process group, `kill` one
 * process, and to the engine a second signal means "stop at once, and forget what is under way".
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
