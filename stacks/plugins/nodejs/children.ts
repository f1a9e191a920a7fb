/** Child processes of the host: run to completion, or stopped together. */

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** How a process ended. */
export type Ended =
  | { readonly type: "exited"; readonly code: number }
  | { readonly type: "killed"; readonly signal: string }
  /** It could not be started. */
  | { readonly type: "not-started"; readonly reason: string };

/** The host's processes. */
export class Children {
  private readonly running = new Set<ChildProcess>();
  private stopped = false;

  /** Whether {@link stop} was called. A program that ends after it has not failed by itself. */
  public get cancelled(): boolean {
    return this.stopped;
  }

  /** Runs a command to completion; `started` receives the running process. */
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

  /** Stops every process, also those that would start later. */
  public stop(): void {
    this.stopped = true;
    for (const child of this.running) child.kill("SIGTERM");
  }
}
