/** Start time of the command beside that of a bare Node.js. */

import { join } from "node:path";
import { packageRoot } from "#stacks/local/files";
import { inTurns, runOnce } from "./measure";
import { type Assignment, type Findings, rowsOf } from "./rows";

const RUNS = 15;

/** `--help` beside a Node.js that does nothing. */
export async function benchStart({ runs = RUNS }: Assignment): Promise<Findings> {
  const command = join(packageRoot(), "dist", "stacks", "cli", "main.js");
  const node = (...args: string[]) => runOnce({ command: process.execPath, args });
  const { ours, ...peers } = await inTurns({ ours: () => node(command, "--help"), "bare node": () => node("-e", "0") }, runs);
  return { rows: rowsOf({ what: "--help" }, ours, peers), notes: ["bare node: `node -e 0`."] };
}
