/** Validation of many Beam YAML files: ours, and the expansion of the same files by the installed Beam. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { obtainBeam } from "#stacks/beam/tools";
import { packageRoot } from "#stacks/local/files";
import { progressLine } from "#stacks/local/progress";
import { inTurns, runOnce, type Sample } from "./measure";
import { type Assignment, type Findings, type Row, rowsOf } from "./rows";

/** Files of five transforms each; and one file of a thousand, as 1000. */
const SIZES = [200, 1_000];
const RUNS = 3;

/** Both at every size. */
export async function benchValidate({ scratch, sizes = SIZES, runs = RUNS }: Assignment): Promise<Findings> {
  const { python } = await obtainBeam((event) => void process.stderr.write(`${progressLine(event)}\n`));
  const expand = join(packageRoot(), "stacks", "beam", "expand-files.py");
  const command = join(packageRoot(), "dist", "stacks", "cli", "main.js");
  const rows: Row[] = [];
  for (const objects of sizes) {
    process.stderr.write(`${objects}\n`);
    const files =
      objects < 1_000 ? Array.from({ length: objects }, (_, at) => file(scratch, `p${at}`, 5)) : [file(scratch, "one", objects)];
    const tasks = {
      ours: (): Promise<Sample> => runOnce({ command: process.execPath, args: [command, "pipeline", "validate", ...files] }),
      "Beam expands": (): Promise<Sample> => runOnce({ command: python, args: [expand, JSON.stringify({ files, variables: {} })] }),
    };
    const { ours, ...peers } = await inTurns(tasks, runs);
    rows.push(...rowsOf({ what: objects < 1_000 ? "validate files" : "validate transforms", objects }, ours, peers));
  }
  return { rows, notes: NOTES };
}

const NOTES = [
  "Objects are files of five transforms, or transforms of one file. Whole processes, from start to end, their output thrown away.",
  "ours: `pipeline validate` with all files.",
  "Beam expands: one process of the installed Beam expands all files to their protocol buffers; it checks Python expressions, which ours does not.",
];

function file(folder: string, name: string, transforms: number): string {
  const path = join(folder, `${name}.yaml`);
  const steps = Array.from({ length: transforms - 1 }, (_, at) => {
    const input = at === 0 ? "In" : `M${at - 1}`;
    return `    - {type: MapToFields, name: M${at}, input: ${input}, config: {language: python, fields: {k: k + 1}}}\n`;
  });
  writeFileSync(path, `pipeline:\n  transforms:\n    - {type: Create, name: In, config: {elements: [{k: 1}]}}\n${steps.join("")}`);
  return path;
}
