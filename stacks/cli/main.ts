#!/usr/bin/env node
/** `beamstack-iac`: compiles stale sources, then runs the command line. */

import { join } from "node:path";
import { codeOf } from "../local/local-error";
import { refuseOldNode, refuseWindows } from "../local/platform";
import { ensureBuilt } from "../program/built";

/** Root of the package: this file is `dist/stacks/cli/main.js`. */
const ROOT = join(__dirname, "..", "..", "..");

/** A reader that has left, such as `| head`, does not stop the run. Any other failure to write is an error. */
function watchOutput(stream: NodeJS.WriteStream, name: string): void {
  stream.on("error", (error) => {
    if (codeOf(error) === "EPIPE" || codeOf(error) === "ERR_STREAM_DESTROYED") return;
    if (process.listenerCount("exit", failed) > 0) return;
    process.on("exit", failed);
    process.stderr.write(`error ${name} cannot be written: ${error.message}\n`);
  });
}

function failed(): void {
  process.exitCode ||= 1;
}

/** Help may come from a stale build. Modules that are already loaded, next to none, are reloaded if they were stale. */
function build(argv: readonly string[]): void {
  if (argv.length === 0 || argv[0] === "help" || argv.some((word) => word === "--help" || word === "-h" || word === "--version")) return;
  refuseWindows();
  refuseOldNode();
  if (ensureBuilt(ROOT) === "up-to-date") return;
  for (const path of Object.keys(require.cache)) if (path.startsWith(join(ROOT, "dist")) && path !== __filename) delete require.cache[path];
}

async function main(argv: readonly string[]): Promise<void> {
  try {
    build(argv);
  } catch (thrown) {
    const { run } = require("./output") as typeof import("./output");
    return run({ json: argv.includes("--json") }, () => {
      throw thrown;
    });
  }
  await (require("./command-line") as typeof import("./command-line")).runCommandLine(argv);
}

watchOutput(process.stdout, "standard output");
watchOutput(process.stderr, "standard error");
void main(process.argv.slice(2));
