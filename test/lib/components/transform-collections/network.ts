/** Network flows of the Jobs that install collections. */

import type { KubeObject } from "#lib/kube/object";
import { EVERY_PORT, type NetworkFacts, type PodFacts } from "../../../network/facts";
import { garden } from "./locks";

const JOB = "collection-install";

function installPods({ metadata: { name, namespace = "", labels = {} } }: KubeObject): PodFacts[] {
  const collection = labels["beamstack-iac/transform-collection"];
  if (collection === undefined) return [];
  return [{ kind: JOB, instance: collection, namespace, labels: { "app.kubernetes.io/name": name }, ports: [], hostNetwork: false }];
}

/** What the tests of network policies know of collections. */
export const network: NetworkFacts = {
  environments: {
    "a collection of transforms in a volume": {
      transformCollections: { garden: { lock: "collections/garden.json", place: { type: "volume" } } },
      flink: { clusters: { main: { worker: { collections: ["garden"] } } } },
      pipelines: {
        again: {
          definition:
            "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [a] } }, { type: Again, config: { times: 2 } }] }\n",
          runner: "main",
          collections: ["garden"],
        },
      },
    },
  },
  files: { "collections/garden.json": JSON.stringify(garden) },
  pods: { Job: installPods },
  needed: [{ from: [JOB], to: ["internet"], ports: [443], reason: "the package index" }],
  closed: [
    { from: [JOB], to: ["internet"], ports: EVERY_PORT, reason: "the index's port only" },
    { from: ["stranger"], to: [JOB], ports: [80, 8080], reason: "nobody calls a Job" },
  ],
};
