/** Kubernetes objects that an operator's Go module has as YAML files, at the version that the operator is built from. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
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
  return objectsOf(
    execFileSync(helm, ["template", name, pathOf(files), "--namespace", namespace, "-f", "-"], {
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    }),
  );
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
