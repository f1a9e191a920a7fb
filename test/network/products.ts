/** The facts of every product of the catalog, each beside the product's own tests. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "#lib/components/registry";
import type { NetworkFacts } from "./facts";

interface NetworkModule {
  readonly network: NetworkFacts;
}

const FOLDER = join(__dirname, "../lib/components");

/** Facts by the name of the component. A component without pods has none. */
export const products: ReadonlyMap<string, NetworkFacts> = new Map(
  catalog
    .map(({ pin }) => [pin.name, join(FOLDER, pin.name, "network.ts")] as const)
    .filter(([, file]) => existsSync(file))
    .map(([name, file]) => [name, (require(file) as NetworkModule).network] as const),
);
