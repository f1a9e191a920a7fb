/** Rules on Qdrant's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import { placementProblems } from "#lib/kube/placement";
import type { QdrantSettings } from "./schema";

/** A release name has 53 characters, and `<name>-headless` is the name of a Service. */
const NAME = /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/;

/** Problems of a cluster; `path` is its path in the file. */
export function qdrantProblems(name: string, { cpu, memory, pool }: QdrantSettings, path: string): Problem[] {
  return [...nameProblems(name, path), ...placementProblems({ cpu, memory }, pool, { id: "qdrant.fits-no-machine", path })];
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

function nameProblems(name: string, path: string): Problem[] {
  if (NAME.test(name)) return [];
  return [
    {
      id: "qdrant.cluster-name",
      path,
      got: `the name ${show(name)}`,
      allowed: "1 to 40 of a-z, 0-9 and -, a letter first, no - at the end",
      fix: "rename the cluster",
    },
  ];
}
