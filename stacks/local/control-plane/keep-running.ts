/** Starts programs of a control plane again that die while a command uses it, such as by the kernel's killer where memory is short. */

import { setTimeout as pause } from "node:timers/promises";
import { withLock } from "../lock";
import { commands } from "./commands";
import { ensureRuns } from "./ensure-runs";
import { CONTROL_PLANE_PARTS, type ControlPlanePart, type Instance, instanceNamed, readState } from "./instance";
import { hasDied, isStopped, runningPart } from "./processes";

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
  const down = new Set<ControlPlanePart>();
  while (!over.aborted) {
    await mend(instance, down, tell);
    // It is over when the pause is cut short.
    await pause(LOOK_MS, undefined, { signal: over }).catch(() => {});
  }
}

/** Starts what has died, in order. What cannot start, as on a full disk, is tried again with the next look: the engine waits for it. */
async function mend(instance: Instance, down: Set<ControlPlanePart>, tell: (part: ControlPlanePart) => void): Promise<void> {
  for (const part of CONTROL_PLANE_PARTS) {
    if (hasDied(instance, part)) down.add(part);
    if (!down.has(part)) continue;
    try {
      if (await startAgain(instance, part)) tell(part);
      down.delete(part);
    } catch {
      return;
    }
  }
}

async function startAgain(instance: Instance, part: ControlPlanePart): Promise<boolean> {
  const start = async (): Promise<boolean> => {
    const state = readState(instance);
    if (!state || isStopped(instance) || runningPart(instance, part)) return false;
    await ensureRuns(instance, part, { command: commands(instance, state.ports, state.programs)[part], ports: state.ports });
    return true;
  };
  return withLock(instance.lock, start, () => {});
}
