/** `npm run bench [-- names...]`: our figures beside those of peers from the same run, written to `bench/results`. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "#stacks/local/files";
import { benchLifecycle } from "./lifecycle/lifecycle";
import { benchLoad } from "./load/load";
import { interruptRun } from "./measure";
import { benchPipeline } from "./pipeline";
import { reportOf, rowText } from "./report";
import type { Assignment, Findings } from "./rows";
import { benchStart } from "./start";
import { benchSynth } from "./synth";
import { benchValidate } from "./validate";

const BENCHES: Readonly<Record<string, (assignment: Assignment) => Promise<Findings>>> = {
  start: benchStart,
  load: benchLoad,
  synth: benchSynth,
  pipeline: benchPipeline,
  validate: benchValidate,
  lifecycle: benchLifecycle,
};

const USAGE = `npm run bench [-- ${Object.keys(BENCHES).join("|")} ...] [--sizes 10,1000] [--runs 5] [--out folder]`;

async function main(): Promise<void> {
  const { names, out, ...wanted } = readCommandLine();
  mkdirSync(out, { recursive: true });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interruptRun);
  for (const name of names) {
    const { rows, notes } = await inScratch((scratch) => BENCHES[name]?.({ ...wanted, scratch }));
    writeFileSync(join(out, `${name}.json`), `${JSON.stringify({ machine: machine(), notes, rows }, null, 2)}\n`);
    writeFileSync(join(out, "README.md"), reportOf(out, Object.keys(BENCHES)));
    process.stdout.write(`${rows.map(rowText).join("\n")}\n`);
  }
}

function readCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sizes: { type: "string" }, runs: { type: "string" }, out: { type: "string" } },
  });
  const unknown = positionals.find((name) => !(name in BENCHES));
  const numbers = [...(values.sizes?.split(",") ?? []), ...(values.runs === undefined ? [] : [values.runs])];
  if (unknown !== undefined || !numbers.every((text) => /^[1-9]\d*$/.test(text))) throw new Error(`usage: ${USAGE}`);
  return {
    names: positionals.length > 0 ? positionals : Object.keys(BENCHES),
    sizes: values.sizes?.split(",").map(Number),
    runs: values.runs === undefined ? undefined : Number(values.runs),
    out: values.out === undefined ? join(packageRoot(), "bench", "results") : resolve(values.out),
  };
}

/** Always clean up. */
async function inScratch(work: (scratch: string) => Promise<Findings> | undefined): Promise<Findings> {
  const scratch = mkdtempSync(join(tmpdir(), "beamstack-iac-bench-"));
  try {
    return (await work(scratch)) ?? { rows: [], notes: [] };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function machine() {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    model: cpu?.model ?? "unknown",
    gibibytes: Math.round(totalmem() / 1024 ** 3),
    system: process.platform,
    node: process.version,
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
