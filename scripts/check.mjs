/** `npm run check`: every gate that starts no program of ours, two at a time, with the full output of a failed one. */

import { spawn } from "node:child_process";

/** Name and command line of each gate; the slow ones first, so that two cores stay busy. */
const GATES = [
  // The cache of unchanged files lies in node_modules, outside of the work tree.
  ["types", ["tsc", "-p", ".", "--incremental", "--tsBuildInfoFile", "node_modules/.cache/types.tsbuildinfo"]],
  ["types of the examples", ["tsc", "-p", "examples", "--incremental", "--tsBuildInfoFile", "node_modules/.cache/examples.tsbuildinfo"]],
  ["unit and contract tests", ["jest", "--selectProjects", "unit", "--maxWorkers", "100%"]],
  ["api docs", ["typedoc"]],
  ["layers", ["depcruise", "--config", ".dependency-cruiser.js", "lib", "charts", "stacks", "index.ts", "--output-type", "err"]],
  ["clones", ["jscpd", "lib", "charts", "stacks", "scripts"]],
  ["dead code", ["knip"]],
  ["format and lint", ["biome", "check", "--error-on-warnings"]],
];

const only = process.argv.slice(2);
const names = GATES.map(([name]) => name);
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no gate ${unknown.join(", ")}; gates are: ${names.join(", ")}\n`);
  process.exit(2);
}
const started = Date.now();
const queue = GATES.filter(([name]) => only.length === 0 || only.includes(name));
const failed = [];

async function worker() {
  for (let gate = queue.shift(); gate; gate = queue.shift()) {
    const [name, command] = gate;
    const begin = Date.now();
    const { code, output } = await run(command);
    process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)\n`);
    if (code === 0 && name === "unit and contract tests") process.stdout.write(`${summary(output)}\n`);
    if (code !== 0) {
      failed.push(name);
      process.stdout.write(`${output}\n`);
    }
  }
}

function run([program, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Jest's summary. */
function summary(output) {
  return output
    .split("\n")
    .filter((line) => /^(Test Suites|Tests|Snapshots|Time):/.test(line))
    .join("\n");
}

await Promise.all([worker(), worker()]);
process.stdout.write(
  `${failed.length === 0 ? "all gates pass" : `failed: ${failed.join(", ")}`} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
