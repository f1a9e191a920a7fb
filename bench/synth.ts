/** Synth of the same objects: ours, plain cdk8s, a plain Pulumi program without its engine, and `helm template`. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toYaml } from "#lib/gitops/yaml";
import { packageRoot } from "#stacks/local/files";
import { inTurns, runOnce, type Sample } from "./measure";
import { BUNDLE, objectSet } from "./object-set";
import { type Assignment, type Findings, type Row, rowsOf } from "./rows";
import { peerProgram, versionOf } from "./tools";

const SIZES = [10, 100, 1_000, 10_000];
const RUNS = 7;
/** Placeholder for names that differ between bundles. */
const MARK = "bundle-name";

/** Every peer at every size. */
export async function benchSynth({ scratch, sizes = SIZES, runs = RUNS }: Assignment): Promise<Findings> {
  const helm = peerProgram("helm", scratch);
  const rows: Row[] = [];
  for (const objects of sizes) {
    process.stderr.write(`${objects} objects\n`);
    const program = (name: string) => (): Promise<Sample> =>
      runOnce({ command: process.execPath, args: [join(packageRoot(), "dist", "bench", "peers", `${name}.js`), String(objects)] });
    const chart = writeChart(join(scratch, `chart-${objects}`), objects);
    const tasks = {
      ours: program("ours"),
      "plain cdk8s": program("cdk8s"),
      "plain Pulumi": program("pulumi-mocked"),
      "helm template": () => runOnce({ command: helm, args: ["template", "bench", chart] }),
    };
    const { ours, ...peers } = await inTurns(tasks, runs);
    rows.push(...rowsOf({ what: "synth", objects }, ours, peers));
  }
  return { rows, notes: notes(versionOf(helm, ["version"])) };
}

function notes(helmVersion: string): string[] {
  return [
    "Whole processes, from start to end, their output thrown away; memory is the high-water mark of the process.",
    "ours: constructs to release to the text of every file; labels, digests and edges of each object included, which doubles its bytes.",
    "plain cdk8s: the same constructs in one chart, as one YAML text.",
    "plain Pulumi: one resource of `@pulumi/kubernetes` an object, the engine mocked in the program; prints nothing.",
    `helm template: ${helmVersion}, one template that loops over the bundles.`,
  ];
}

/** A chart of one template that loops over bundles. Values are not quoted: they are those of {@link objectSet}. */
function writeChart(folder: string, objects: number): string {
  mkdirSync(join(folder, "templates"), { recursive: true });
  const bundle = objectSet(BUNDLE).map((object) => `---\n${toYaml(object).replaceAll("p0", MARK)}`);
  const template = `{{- range $i := until ${Math.ceil(objects / BUNDLE)} }}\n${bundle.join("").replaceAll(MARK, "p{{ $i }}")}{{- end }}\n`;
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 1.0.0\n");
  writeFileSync(join(folder, "templates", "all.yaml"), template);
  return folder;
}
