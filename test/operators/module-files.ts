/** Kubernetes objects that an operator's Go module has as YAML files, at the version that the operator is built from. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { isJsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { ReleaseChart } from "#lib/release/release";

/** Where the files are. */
export interface ModuleFiles {
  /** Folder below `test/operators/modules` that pins the version. */
  readonly module: string;
  /** Path of the operator's module. */
  readonly goModule: string;
  /** File, or folder of files, in it. */
  readonly path: string;
}

/** The objects of a file, or of all YAML files of a folder. */
export function moduleObjects(files: ModuleFiles): KubeObject[] {
  return filesOf(pathOf(files)).flatMap((file) => objectsOf(readFileSync(file, "utf8")));
}

/** The objects that the chart in a folder of the module makes of a Helm release of ours. */
export function chartObjects(files: ModuleFiles, { name, namespace, values }: ReleaseChart, helm: string): KubeObject[] {
  const input = JSON.stringify(values);
  const copy = mkdtempSync(join(tmpdir(), "chart-"));
  try {
    const said = execFileSync(helm, ["template", name, alone(pathOf(files), join(copy, "chart")), "--namespace", namespace, "-f", "-"], {
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    return objectsOf(said);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The chart without those that it depends on: our values leave them out, no module has them, and Helm renders no chart without them. */
function alone(chart: string, copy: string): string {
  const paths = readdirSync(chart, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith("charts/"));
  for (const file of paths.filter((path) => statSync(join(chart, path)).isFile())) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), readFileSync(join(chart, file)));
  }
  writeFileSync(join(copy, "Chart.yaml"), withoutDependencies(readFileSync(join(chart, "Chart.yaml"), "utf8")));
  return copy;
}

function withoutDependencies(text: string): string {
  const { dependencies: _ofOthers, ...own } = parse(text) as Readonly<Record<string, unknown>>;
  return stringify(own);
}

function pathOf({ path, ...of }: ModuleFiles): string {
  return join(moduleFolder(of), path);
}

/** Folder of the module's files. */
export function moduleFolder({ module, goModule }: Omit<ModuleFiles, "path">): string {
  const cwd = join(__dirname, "modules", module);
  const said = execFileSync("go", ["mod", "download", "-json", goModule], { cwd, encoding: "utf8" });
  const { Dir } = JSON.parse(said) as { readonly Dir: string };
  return Dir;
}

function objectsOf(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJSON())
    .filter((one): one is KubeObject => isJsonObject(one) && isJsonObject(one["metadata"]));
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml")
    .sort()
    .map((name) => join(path, name));
}
