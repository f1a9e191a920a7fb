/** Processes that the host started: run to their end, or stopped together. */

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** How a process ended. */
export type Ended =
  | { readonly type: "exited"; readonly code: number }
  | { readonly type: "killed"; readonly signal: string }
  /** It never ran. */
  | { readonly type: "not-started"; readonly reason: string };

/** The host's processes. */
export class Children {
  private readonly running = new Set<ChildProcess>();
  private stopped = false;

  /** Was {@link stop} called? A program that ended after it did not fail by itself. */
  public get cancelled(): boolean {
    return this.stopped;
  }

  /** Runs a command to its end; `started` sees the process while it runs. */
  public run(
    command: readonly [string, ...string[]],
    options: SpawnOptions,
    started: (child: ChildProcess) => void = () => {},
  ): Promise<Ended> {
    return new Promise((resolve) => {
      const [file, ...args] = command;
      const child = spawn(file, args, options);
      this.running.add(child);
      const end = (how: Ended): void => {
        this.running.delete(child);
        resolve(how);
      };
      child.once("error", (error) => end({ type: "not-started", reason: error.message }));
      child.once("close", (code, signal) =>
        end(code === null ? { type: "killed", signal: signal ?? "unknown signal" } : { type: "exited", code }),
      );
      started(child);
      if (this.stopped) child.kill("SIGTERM");
    });
  }

  /** Ends every process, and every one that would start later. */
  public stop(): void {
    this.stopped = true;
    for (const child of this.running) child.kill("SIGTERM");
  }
}
