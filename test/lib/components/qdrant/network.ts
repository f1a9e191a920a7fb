/** Network flows of Qdrant. */

import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { type NetworkFacts, scraped } from "../../../network/facts";

/** Monitoring cannot send a key. */
function hasNoKey({ qdrant }: EnvironmentSpec): boolean {
  return Object.values(qdrant?.clusters ?? {}).every(({ apiKey }) => apiKey === undefined);
}

/** What the tests of network policies know of Qdrant. */
export const network: NetworkFacts = {
  everything: { qdrant: { clusters: { vectors: { storage: Size.gibibytes(1), replicas: 3 } } } },
  needed: [
    {
      from: ["vectors"],
      to: ["vectors"],
      ports: [6333, 6335],
      within: "instance",
      reason: "copies of shards, and agreement about collections",
    },
    { ...scraped(6333, "vectors"), when: hasNoKey },
  ],
  closed: [{ from: ["stranger"], to: ["vectors"], ports: [6333, 6334, 6335], reason: "pipelines that name the store only" }],
};
