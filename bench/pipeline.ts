/** Import of a Beam YAML file: ours with all findings, and Beam's own reading of the same file. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { obtainBeam } from "#stacks/beam/tools";
import { packageRoot } from "#stacks/local/files";
import { progressLine } from "#stacks/local/progress";
import { inTurns, runOnce, type Sample } from "./measure";
import { type Assignment, type Findings, type Row, rowsOf } from "./rows";

/** Numbers of transforms: each four times the one before, so that linear growth shows as a ratio of four. */
const SIZES = [250, 1_000, 4_000];
const RUNS = 7;

/** Beam renders with Jinja, then reads YAML with the line of each value. Source: Beam 2.77, yaml/main.py. */
const READ = `import sys, yaml
from apache_beam.yaml import yaml_transform
text = open(sys.argv[1], encoding="utf-8").read()
spec = yaml.load(yaml_transform.expand_jinja(text, {}), Loader=yaml_transform.SafeLineLoader)
assert len(spec["pipeline"]["transforms"]) > 1
`;

/** Both at every size. */
export async function benchPipeline({ scratch, sizes = SIZES, runs = RUNS }: Assignment): Promise<Findings> {
  const { python } = await obtainBeam((event) => void process.stderr.write(`${progressLine(event)}\n`));
  const rows: Row[] = [];
  for (const transforms of sizes) {
    process.stderr.write(`${transforms} transforms\n`);
    const file = join(scratch, `pipeline-${transforms}.yaml`);
    writeFileSync(file, pipelineOf(transforms));
    const own = join(packageRoot(), "dist", "bench", "peers", "pipeline.js");
    const tasks = {
      ours: (): Promise<Sample> => runOnce({ command: process.execPath, args: [own, file] }),
      "Beam reads": (): Promise<Sample> => runOnce({ command: python, args: ["-c", READ, file] }),
    };
    const { ours, ...peers } = await inTurns(tasks, runs);
    rows.push(...rowsOf({ what: "pipeline", objects: transforms }, ours, peers));
  }
  return { rows, notes: NOTES };
}

const NOTES = [
  "Objects are transforms. Whole processes, from start to end, their output thrown away.",
  "ours: read with places, all findings, secrets lifted, rendered text.",
  "Beam reads: Jinja and YAML alone, without schema, expansion and run; a second of it is the import of Beam.",
];

/** A composite with an expression of Jinja and a secret in every tenth transform. */
function pipelineOf(transforms: number): string {
  const lines = Array.from({ length: transforms - 1 }, (_, at) => {
    const secret = at % 10 === 0 ? `, api_key: "secret-${at}"` : "";
    const config = `{language: python, append: true, fields: {f${at}: "k + {{ ${at} }}"}${secret}}`;
    return `    - {type: MapToFields, name: M${at}, input: ${at === 0 ? "In" : `M${at - 1}`}, config: ${config}}\n`;
  });
  return `pipeline:\n  transforms:\n    - {type: Create, name: In, config: {elements: [{k: 1}]}}\n${lines.join("")}`;
}
