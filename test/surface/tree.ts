/** The layout of a plain tree as a surface: where an object of each kind goes. Names stand for themselves only in tests of components. */

import { catalog } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { environmentNames, loadEnvironment } from "#stacks/environments";
import type { OwnedSurface } from "./entry";

/** Every path, with placeholders for names and namespaces. */
export function treeSurface(): OwnedSurface {
  const releases = environmentNames().map((name) => unwrap(loadEnvironment(name)).release);
  const files = releases.flatMap((release) => [...unwrap(plainTree(release))]);
  const charts = new Map(releases.flatMap(({ helmReleases }) => helmReleases.map(({ name, component }) => [name, component] as const)));
  return {
    entries: new Map(files.map(([path]) => [layoutOf(path), ""])),
    sections: new Map(files.flatMap(([path, text]) => sectionsOf(path, text, charts).map((key) => [layoutOf(path), key] as const))),
  };
}

/** The section whose component an object belongs to, or whose chart the values are for. */
function sectionsOf(path: string, text: string, charts: ReadonlyMap<string, string>): string[] {
  const release = path.split("/").at(-1)?.split(".")[0] ?? "";
  return catalog
    .filter(({ pin }) => text.includes(`${COMPONENT_LABEL}: ${pin.name}\n`) || charts.get(release) === pin.name)
    .map(({ key }) => key);
}

function layoutOf(path: string): string {
  const [phase, scope, file] = path.split("/");
  if (scope === undefined || file === undefined) return path;
  const ending = /\.[a-z]+$/.exec(file)?.[0] ?? "";
  return `${phase}/${scope === "cluster" ? scope : "<namespace>"}/${file.split(".")[0]}.<name>${ending}`;
}
