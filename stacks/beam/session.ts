/** What a run starts on this machine ends with it: also where the run fails, or is interrupted. */

import { rmSync } from "node:fs";
import { constants } from "node:os";
import { scratchFolder } from "../local/scratch";
import { Service, type StartService } from "./service";

/** A run, its folder and its programs. */
export interface Session {
  /** Folder for logs and files; removed at the end. */
  readonly folder: string;
  /** Starts a program that is stopped at the end. */
  readonly start: StartService;
  /** Adds what is to be done at the end, before what was added earlier. */
  readonly atEnd: (work: () => Promise<void>) => void;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs `work`, then stops everything that it has started. A signal does the same and ends this process, with the exit code of shells. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const folder = scratchFolder("run");
  const ends: (() => Promise<void>)[] = [];
  const aborted = new AbortController();
  const end = async (): Promise<void> => {
    for (const each of ends.splice(0).reverse()) await each();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    if (aborted.signal.aborted) return;
    aborted.abort();
    void end().finally(() => process.exit(128 + constants.signals[signal]));
  };
  const start: StartService = (props) => {
    aborted.signal.throwIfAborted();
    const service = Service.start(props);
    ends.push(() => service.stop());
    return service;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work({ folder, start, atEnd: (each) => void ends.push(each), signal: aborted.signal });
  } finally {
    // Once interrupted, what fails does so because its programs end: there is nothing to tell, and this process ends with them.
    if (aborted.signal.aborted) await new Promise(() => {});
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
    await end();
  }
}
