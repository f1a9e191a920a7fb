/** `npm run bench [synth|start]`: our figures beside those of peers, from the same run, written to `bench/results`. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { packageRoot } from "#stacks/local/files";
import type { Row } from "./rows";
import { benchStart } from "./start";
import { benchSynth } from "./synth";

const BENCHES: Readonly<Record<string, (scratch: string) => Promise<Row[]>>> = { start: benchStart, synth: benchSynth };

async function main(): Promise<void> {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
  const results = join(packageRoot(), "bench", "results");
  mkdirSync(results, { recursive: true });
  for (const name of wanted) {
    const bench = BENCHES[name];
    if (!bench) throw new Error(`no benchmark ${name}; there are ${Object.keys(BENCHES).join(", ")}`);
    const scratch = mkdtempSync(join(tmpdir(), "beamstack-iac-bench-"));
    const rows = await bench(scratch);
    rmSync(scratch, { recursive: true });
    const machine = {
      cores: cpus().length,
      model: cpus()[0]?.model ?? "unknown",
      gibibytes: Math.round(totalmem() / 1024 ** 3),
      node: process.version,
    };
    writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
    process.stdout.write(`${rows.map(rowText).join("\n")}\n`);
  }
}

function rowText({ what, peer, medianSeconds, p90Seconds, peakMegabytes, ratio }: Row): string {
  return [
    what.padEnd(22),
    peer.padEnd(16),
    `${medianSeconds.toFixed(3)} s`,
    `p90 ${p90Seconds.toFixed(3)} s`,
    `${peakMegabytes} MB`,
    `ours/peer ${ratio.toFixed(2)}`,
  ].join("  ");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
