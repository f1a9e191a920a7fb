/** The layout of a plain tree as a surface: where an object of each kind goes. Names stand for themselves only in tests of components. */

import { catalog } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { environmentNames, loadEnvironment } from "#stacks/environments";
import type { OwnedSurface } from "./entry";

/** Every path, with placeholders for names and namespaces. */
export function treeSurface(): OwnedSurface {
  const files = environmentNames().flatMap((name) => [...unwrap(plainTree(unwrap(loadEnvironment(name)).release))]);
  return {
    entries: new Map(files.map(([path]) => [layoutOf(path), ""])),
    sections: new Map(files.flatMap(([path, text]) => sectionsOf(path, text).map((key) => [layoutOf(path), key] as const))),
  };
}

/** The section whose component an object belongs to, or whose chart the values are for. */
function sectionsOf(path: string, text: string): string[] {
  return catalog
    .filter(({ pin }) => text.includes(`${COMPONENT_LABEL}: ${pin.name}\n`) || path.includes(`/${pin.chart?.name}.`))
    .map(({ key }) => key);
}

function layoutOf(path: string): string {
  const [phase, scope, file] = path.split("/");
  if (scope === undefined || file === undefined) return path;
  const ending = /\.[a-z]+$/.exec(file)?.[0] ?? "";
  return `${phase}/${scope === "cluster" ? scope : "<namespace>"}/${file.split(".")[0]}.<name>${ending}`;
}
