/** Rules on Qdrant's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { nameProblems } from "#lib/kube/name-problems";
import { placementProblems } from "#lib/kube/placement";
import type { QdrantSettings } from "./schema";

/** A release name has 53 characters, and `<name>-headless` is the name of a Service. */
const NAME = { thing: "cluster", most: 40 };

/** Problems of a cluster; `path` is its path in the file. */
export function qdrantProblems(name: string, { cpu, memory, pool }: QdrantSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "qdrant.cluster-name", path }),
    ...placementProblems({ cpu, memory }, pool, { id: "qdrant.fits-no-machine", path }),
  ];
}

/** Production survives the loss of a node. */
export function productionProblems({ replicas }: QdrantSettings, path: string): Problem[] {
  if (replicas > 1) return [];
  return [
    {
      id: "qdrant.one-node-in-production",
      path: `${path}.replicas`,
      got: "one node in production",
      allowed: "at least 2; 3 keep working while one of them is away",
      fix: "set replicas: 3, and copies of the vector indexes to at least 2",
    },
  ];
}
