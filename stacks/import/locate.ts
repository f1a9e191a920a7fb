/** Finds a product's published CRDs: in the given folder, else in its registry. */

import { join } from "node:path";
import type { KubeObject } from "#lib/kube/object";
import type { CrdSource } from "#lib/kube/pin";
import { readDefinitions } from "./definitions";
import { goModule } from "./go-module";

/** CRDs and their source. */
export interface Located {
  readonly definitions: readonly KubeObject[];
  readonly place: string;
}

/** The CRDs of a product in a folder with one folder for each product; one with the version in its name is taken first. */
export function definitionsIn(from: string, { product, version }: Pick<CrdSource, "product" | "version">): Located | undefined {
  for (const place of [`${product}-${version}`, product].map((name) => join(from, "crds", name))) {
    const definitions = readDefinitions(place);
    if (definitions.length > 0) return { definitions, place };
  }
  return undefined;
}

/**
 * The CRDs of a product.
 *
 * @param from folder with `crds/<product>/*.yaml`, or `crds/<product>-<version>/*.yaml` where it has several versions
 * @throws if neither the folder nor a registry has them
 */
export function locateDefinitions({ product, version, source }: CrdSource, from: string | undefined): Located {
  const found = from === undefined ? undefined : definitionsIn(from, { product, version });
  if (found) return found;
  if (source.registry === "go") {
    const { module, version: released, path } = source;
    return { definitions: readDefinitions(join(goModule(module, released), path)), place: `${module}@${released}` };
  }
  const upstream = `${source.repository} ${source.tag}, ${source.path}`;
  const fix = `copy that folder to DIR/crds/${product} and pass --from DIR`;
  throw new Error(`${product}: no registry serves its CRDs (${upstream}); ${from ? `${from} has none` : "none were given"}; ${fix}`);
}
