/** Runs programs to completion; an error includes the last lines of output. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { LocalError } from "../local/local-error";

/** What to run. */
export interface RunProps {
  readonly program: string;
  readonly arguments: readonly string[];
  /** @default this process's own */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default this process's own */
  readonly cwd?: string;
  /** Called for each line of output. @default the output is dropped */
  readonly tell?: (line: string) => void;
  /** Next action if it fails. */
  readonly next: string;
}

const LAST_LINES = 15;

/** Runs a program to completion. */
export async function runToEnd(props: RunProps): Promise<void> {
  const child = spawn(props.program, [...props.arguments], {
    cwd: props.cwd,
    env: props.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      props.tell?.(line);
    });
  const ending = await new Promise<string | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`));
  });
  if (ending !== undefined) throw new LocalError(`${props.program} ${ending}; its last lines:\n${last.join("\n")}\n`, props.next);
}
