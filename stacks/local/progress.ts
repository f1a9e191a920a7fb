/** Progress events of local programs. */

/** A step of one part: begun, running or ended. */
export interface ProgressEvent {
  /** The part, such as `kube-apiserver`. */
  readonly part: string;
  /** The step, such as `build`. */
  readonly step: string;
  readonly state: "began" | "running" | "done" | "failed";
  /** Milliseconds since the step began. */
  readonly elapsedMs: number;
  /**
   * Progress, or what the step waits for.
   *
   * @default no detail
   */
  readonly detail?: string;
}

/** Receives each event as it happens. */
export type Progress = (event: ProgressEvent) => void;

/** Ignores all events. */
export const silent: Progress = () => {};

/** Interval at which a running step reports. */
const HEARTBEAT_MS = 4000;

/** Runs `work` as a step: reports its begin, its end, and every four seconds that it still runs. `work` may replace `detail`. */
export async function step<T>(
  progress: Progress,
  { detail: first, ...at }: Pick<ProgressEvent, "part" | "step" | "detail">,
  work: (tell: (detail: string) => void) => Promise<T>,
): Promise<T> {
  const began = Date.now();
  let detail = first;
  const say = (state: ProgressEvent["state"]): void => progress({ ...at, state, elapsedMs: Date.now() - began, detail });
  const heartbeat = setInterval(() => say("running"), HEARTBEAT_MS);
  say("began");
  try {
    const result = await work((text) => {
      detail = text;
    });
    say("done");
    return result;
  } catch (thrown) {
    say("failed");
    throw thrown;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Reports, once, which process holds what `part` needs. */
export function waitingFor(progress: Progress, part: string): (pid: number) => void {
  return (pid) => progress({ part, step: "wait", state: "running", elapsedMs: 0, detail: `process ${pid} is at work on it` });
}

/** One event as one line. */
export function progressLine(event: ProgressEvent): string {
  const { part, step: name, state, elapsedMs, detail } = event;
  const seconds = state === "began" ? "" : ` ${formatElapsed(elapsedMs)}`;
  return `${part}: ${name} ${WORDS[state]}${seconds}${detail ? ` (${detail})` : ""}`;
}

const WORDS = { began: "...", running: "still runs,", done: "done in", failed: "failed after" } as const;

/** `1.2 s`, `42 s`, `3 min 35 s`. */
function formatElapsed(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
