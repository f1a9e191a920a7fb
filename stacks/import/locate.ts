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

/**
 * The CRDs of a product.
 *
 * @param from folder with `crds/<product>/*.yaml`
 * @throws if neither the folder nor a registry has them
 */
export function locateDefinitions({ product, source }: CrdSource, from: string | undefined): Located {
  const given = from === undefined ? undefined : join(from, "crds", product);
  const onDisk = given === undefined ? [] : readDefinitions(given);
  if (given !== undefined && onDisk.length > 0) return { definitions: onDisk, place: given };
  if (source.registry === "go") {
    const { module, version, path } = source;
    return { definitions: readDefinitions(join(goModule(module, version), path)), place: `${module}@${version}` };
  }
  const upstream = `${source.repository} ${source.tag}, ${source.path}`;
  const fix = `copy that folder to DIR/crds/${product} and pass --from DIR`;
  throw new Error(`${product}: no registry serves its CRDs (${upstream}); ${given ? `${given} has none` : "none were given"}; ${fix}`);
}
