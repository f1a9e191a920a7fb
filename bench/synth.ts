/** Synth of the same objects: ours, plain cdk8s, a plain Pulumi program without its engine, and `helm template` where there is a helm. */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toYaml } from "#lib/gitops/yaml";
import { packageRoot } from "#stacks/local/files";
import { type Figures, measure } from "./measure";
import { objectSet } from "./object-set";
import { type Row, rowsOf } from "./rows";

const SIZES = [10, 100, 1_000, 10_000];
const RUNS = 7;
/** The one place where a name differs from bundle to bundle. */
const MARK = "bundle-name";

/** Every peer at every size. */
export async function benchSynth(scratch: string): Promise<Row[]> {
  const helm = process.env["HELM"] ?? "helm";
  const hasHelm = spawnSync(helm, ["version"]).status === 0;
  if (!hasHelm) process.stderr.write("no helm on the PATH (or in HELM): measured without it\n");
  const rows: Row[] = [];
  for (const size of SIZES) {
    process.stderr.write(`synth of ${size} objects ...\n`);
    const peers: Record<string, Figures> = {
      "plain cdk8s": await program("cdk8s", size),
      "plain Pulumi": await program("pulumi-mocked", size),
    };
    const chart = writeChart(join(scratch, `chart-${size}`), size);
    if (hasHelm) peers["helm template"] = await measure({ command: helm, args: ["template", "bench", chart] }, RUNS);
    rows.push(...rowsOf(`synth of ${size}`, await program("ours", size), peers));
  }
  return rows;
}

function program(name: string, size: number): Promise<Figures> {
  return measure({ command: process.execPath, args: [join(packageRoot(), "dist", "bench", "peers", `${name}.js`), String(size)] }, RUNS);
}

/** A chart of one template that loops over bundles of five. */
function writeChart(folder: string, size: number): string {
  mkdirSync(join(folder, "templates"), { recursive: true });
  const bundle = objectSet(5).map((object) => `---\n${toYaml(object).replaceAll("p0", MARK)}`);
  const template = `{{- range $i := until ${size / 5} }}\n${bundle.join("").replaceAll(MARK, "p{{ $i }}")}{{- end }}\n`;
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 1.0.0\n");
  writeFileSync(join(folder, "templates", "all.yaml"), template);
  return folder;
}
