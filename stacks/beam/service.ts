/** A program that runs until it is stopped, with its output in a file. */

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LocalError } from "../local/local-error";

/** What to start. */
export interface ServiceProps {
  /** For people. */
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File for its output. */
  readonly log: string;
  /** Working directory. @default the folder of `log`, which is removed with the run */
  readonly cwd?: string | undefined;
}

/** Starts a program, such as {@link Service.start}. */
export type StartService = (props: ServiceProps) => Service;

/** Timeout of the first answer. A program that exits is reported at once; this bounds one that hangs. */
const LIMIT_MS = 300_000;
/** Grace period between SIGTERM and SIGKILL. */
const STOP_MS = 10_000;
const LOOK_MS = 100;

/** A running program with its process group, so that its child processes end with it. */
export class Service {
  private constructor(
    private readonly props: ServiceProps,
    private readonly child: ChildProcess,
  ) {}

  /** Starts a program in a process group of its own. */
  public static start(props: ServiceProps): Service {
    const log = openSync(props.log, "a", 0o600);
    try {
      const cwd = props.cwd ?? dirname(props.log);
      const child = spawn(props.program, [...props.arguments], { cwd, env: props.env, stdio: ["ignore", log, log], detached: true });
      // The next wait reports it; without a listener it would end this process.
      child.on("error", () => {});
      return new Service(props, child);
    } finally {
      closeSync(log);
    }
  }

  /** Waits until `ready` holds; fails at once if the program ends first. */
  public async until(ready: () => Promise<boolean>): Promise<this> {
    for (const began = Date.now(); !(await ready()); await pause(LOOK_MS)) {
      if (this.ended) throw this.failure("ended before it answered");
      if (Date.now() - began > LIMIT_MS) throw this.failure(`did not answer within ${LIMIT_MS / 1000} s`);
    }
    return this;
  }

  /** Stops the program and its child processes. */
  public async stop(): Promise<void> {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      this.signal(signal);
      for (const began = Date.now(); this.groupAlive() && Date.now() - began < STOP_MS; ) await pause(LOOK_MS);
    }
  }

  /** Output so far. */
  public get output(): string {
    return readFileSync(this.props.log, "utf8");
  }

  /** Last lines of output. */
  public lastLines(count = 15): string {
    return this.output.trimEnd().split("\n").slice(-count).join("\n");
  }

  private get ended(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private failure(what: string): LocalError {
    return new LocalError(`${this.props.name} ${what}; its last lines:\n${this.lastLines()}\n`, `see ${this.props.log}`);
  }

  private groupAlive(): boolean {
    return this.signal(0);
  }

  /** A negative pid addresses the process group. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return this.child.pid !== undefined && process.kill(-this.child.pid, signal);
    } catch {
      return false;
    }
  }
}

/** Whether something listens on this loopback port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
