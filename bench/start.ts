/** How long the command takes to say what it can do, beside a bare Node.js. */

import { join } from "node:path";
import { packageRoot } from "#stacks/local/files";
import { measure } from "./measure";
import { type Row, rowsOf } from "./rows";

const RUNS = 15;

/** `--help` beside a Node.js that does nothing. */
export async function benchStart(): Promise<Row[]> {
  const command = join(packageRoot(), "dist", "stacks", "cli", "main.js");
  const ours = await measure({ command: process.execPath, args: [command, "--help"] }, RUNS);
  const bare = await measure({ command: process.execPath, args: ["-e", "0"] }, RUNS);
  return rowsOf("--help", ours, { "bare node": bare });
}
