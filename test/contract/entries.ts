/** What the contract suite tries: the entries of every component of the catalog, each beside the component's own tests. */

import { catalog } from "#lib/components/registry";
import type { AnyEntry } from "./entry";

interface Contract {
  readonly entries: readonly AnyEntry[];
}

/** Every entry, in the order of the catalog. */
export const entries: readonly AnyEntry[] = catalog.flatMap(
  ({ pin }) => (require(`../lib/components/${pin.name}/contract`) as Contract).entries,
);
