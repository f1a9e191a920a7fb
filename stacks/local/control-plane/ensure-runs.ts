/** Starts one program of a control plane, or reports why it does not start. */

import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { LocalError } from "../local-error";
import type { Command } from "./commands";
import { isReady } from "./health";
import type { ControlPlanePart, Instance, Ports } from "./instance";
import { commandDigest, end, lastLines, launch, logFile, runningPart } from "./processes";

/** The command of a program, and where it answers. */
export interface Wanted {
  readonly command: Command;
  readonly ports: Ports;
}

/** Time for a program to become ready; a cold start on a busy machine of two cores takes ten seconds. */
const READY_WITHIN_MS = 90_000;
const LOOK_MS = 40;

/** Runs a program with this command and waits until it is ready; leaves it alone if it already is. */
export async function ensureRuns(instance: Instance, part: ControlPlanePart, { command, ports }: Wanted): Promise<void> {
  const running = runningPart(instance, part);
  if (running?.command === commandDigest(command) && (await isReady(instance, part, ports))) return;
  await end(instance, part);
  const child = launch(instance, part, command);
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(instance, part, ports))) {
    const ending = endingOf(child);
    if (ending) throw notReady(instance, part, ending);
    if (Date.now() > deadline) throw notReady(instance, part, `was not ready within ${READY_WITHIN_MS / 1000} s`);
    await pause(LOOK_MS);
  }
}

function endingOf(child: ChildProcess): string | undefined {
  if (child.exitCode !== null) return `ended with exit code ${child.exitCode}`;
  return child.signalCode === null ? undefined : `was ended by ${child.signalCode}`;
}

function notReady(instance: Instance, part: ControlPlanePart, what: string): LocalError {
  return new LocalError(
    `${part} ${what}; its last lines:\n${lastLines(instance, part)}\n`,
    `see ${logFile(instance, part)}, then start again`,
  );
}
