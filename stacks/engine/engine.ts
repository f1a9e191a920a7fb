/** Runs the engine: one call, its events as they happen, and how it ended. */

import { spawn } from "node:child_process";
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
  return start(settings, [...args, "--non-interactive", "--color", "never"]);
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
    return await callEngine(debug, [...args, "--stack", settings.stack, "--event-log", log]);
  } finally {
    follower.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Output beyond this is cut at its start: it is only shown where the engine failed before its first event. */
const KEPT = 64 * 1024;

function start({ engine, cwd, env }: EngineSettings, args: readonly string[]): Promise<EngineEnd> {
  return new Promise((resolve, reject) => {
    // Same process group as we: whoever kills us kills the engine, and never leaves it behind at work.
    const child = spawn(engine, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        said[stream] = (said[stream] + text).slice(-KEPT);
      });
    }
    let interrupted = false;
    const forward = (signal: NodeJS.Signals): void => {
      interrupted = true;
      // Ctrl-C in a terminal reaches the whole process group; a second copy would mean "stop at once".
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    process.on("SIGINT", forward).on("SIGTERM", forward);
    const finish = (): void => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
    };
    child.once("error", (error) => {
      finish();
      reject(error);
    });
    child.once("close", (code) => {
      finish();
      resolve({ code: code ?? 255, ...said, interrupted });
    });
  });
}
