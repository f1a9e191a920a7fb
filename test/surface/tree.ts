/** The layout of a plain tree as a surface: where an object of each kind goes. Names stand for themselves only in tests of components. */

import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { environmentNames, loadEnvironment } from "#stacks/environments";
import type { Surface } from "./entry";

/** Every path, with placeholders for names and namespaces. */
export function treeSurface(): Surface {
  const paths = environmentNames().flatMap((name) => [...unwrap(plainTree(unwrap(loadEnvironment(name)).release)).keys()]);
  return new Map(paths.map((path) => [layoutOf(path), ""]));
}

function layoutOf(path: string): string {
  const [phase, scope, file] = path.split("/");
  if (scope === undefined || file === undefined) return path;
  const ending = /\.[a-z]+$/.exec(file)?.[0] ?? "";
  return `${phase}/${scope === "cluster" ? scope : "<namespace>"}/${file.split(".")[0]}.<name>${ending}`;
}
