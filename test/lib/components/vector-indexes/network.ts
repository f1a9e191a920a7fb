/** Network flows of the Jobs that make vector indexes. */

import { valueAt } from "#lib/core/json";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import type { NetworkFacts, PodFacts } from "../../../network/facts";

function indexPods(job: KubeObject): PodFacts[] {
  const { name, namespace = "" } = job.metadata;
  if (!name.startsWith("index-")) return [];
  const labels = valueAt(job, ["spec", "template", "metadata", "labels"]) as PodFacts["labels"];
  return [{ kind: "index", instance: name, namespace, labels, ports: [], hostNetwork: false }];
}

/** Is the index of a Job, `index-<name>-<digest>`, in one of these stores? */
function isIn(storesOf: (spec: EnvironmentSpec) => object | undefined) {
  return (job: string, _cluster: string, spec: EnvironmentSpec): boolean => {
    const store = spec.vectorIndexes?.[job.slice("index-".length, -"-00000000".length)]?.store ?? "";
    return Object.hasOwn(storesOf(spec) ?? {}, store);
  };
}

/** What the tests of network policies know of vector indexes. */
export const network: NetworkFacts = {
  everything: { vectorIndexes: { passages: { store: "vectors", dimensions: 384 } } },
  pods: { Job: indexPods },
  needed: [
    { from: ["index"], to: ["vectors"], ports: [6333], within: isIn(({ qdrant }) => qdrant?.clusters), reason: "the API of its store" },
    { from: ["index"], to: ["milvus"], ports: [19_530], within: isIn(({ milvus }) => milvus?.clusters), reason: "the API of its store" },
    { from: ["index"], to: ["postgres"], ports: [5432], within: isIn(({ pgvector }) => pgvector?.stores), reason: "statements of SQL" },
  ],
  closed: [{ from: ["index"], to: ["internet", "api-server"], ports: [443], reason: "the store only" }],
};
