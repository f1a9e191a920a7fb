/** Starts programs of a control plane again that die while a command uses it, such as by the kernel's killer where memory is short. */

import { setTimeout as pause } from "node:timers/promises";
import { withLock } from "../lock";
import { commands } from "./commands";
import { ensureRuns } from "./ensure-runs";
import { CONTROL_PLANE_PARTS, type ControlPlanePart, type Instance, instanceNamed, readState } from "./instance";
import { hasDied } from "./processes";

/** A run waits minutes for what a dead program does not do. */
const LOOK_MS = 1_000;

/** Watches until `stop` is called. */
export interface Watch {
  readonly stop: () => Promise<void>;
}

/** Watches a running control plane; `tell` is called with each program that was started again. */
export function keepRunning(name: string, tell: (part: ControlPlanePart) => void, home?: string): Watch {
  const instance = instanceNamed(name, home);
  const over = new AbortController();
  const watching = watch(instance, tell, over.signal);
  return {
    stop: async () => {
      over.abort();
      await watching;
    },
  };
}

async function watch(instance: Instance, tell: (part: ControlPlanePart) => void, over: AbortSignal): Promise<void> {
  try {
    while (!over.aborted) {
      for (const part of CONTROL_PLANE_PARTS.filter((one) => hasDied(instance, one))) if (await startAgain(instance, part)) tell(part);
      await pause(LOOK_MS, undefined, { signal: over });
    }
  } catch {
    // It is over, or nothing can be started, as on a full disk: the engine says what it misses, and the next start says why.
  }
}

async function startAgain(instance: Instance, part: ControlPlanePart): Promise<boolean> {
  const start = async (): Promise<boolean> => {
    const state = readState(instance);
    if (!state || !hasDied(instance, part)) return false;
    await ensureRuns(instance, part, { command: commands(instance, state.ports, state.programs)[part], ports: state.ports });
    return true;
  };
  return withLock(instance.lock, start, () => {});
}
