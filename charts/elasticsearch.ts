/** Elasticsearch in stage `data-preparation`: where pipelines write documents and vectors. */

import type { Construct } from "constructs";
import { ElasticOperator, Elasticsearch, elasticsearchDefaults } from "#lib/components/elasticsearch/index";
import type { Environment } from "#lib/environment/spec";
import type { IVectorStore } from "#lib/kube/vector-store";
import type { NodePools } from "./compute";
import { type FoundationChart, OPERATOR_PRIORITY } from "./foundation";

/** Vector stores by the name that the environment gives them. */
export type VectorStores = ReadonlyMap<string, IVectorStore>;

/** Stages that Elasticsearch stands on. */
export interface ElasticsearchNeeds {
  readonly foundation: FoundationChart;
  readonly pools: NodePools;
}

/** The operator and every cluster of the environment, by name. */
export function addElasticsearch(
  chart: Construct,
  { elasticsearch }: Environment,
  { foundation, pools }: ElasticsearchNeeds,
): VectorStores {
  if (!elasticsearch) return new Map();
  const named = Object.entries(elasticsearch.clusters);
  const namespaces = new Map(
    named.map(([name, { namespace = elasticsearchDefaults.namespace }]) => [
      namespace,
      foundation.ensureNamespace({ name: namespace, source: `elasticsearch.clusters.${name}` }),
    ]),
  );
  const home = foundation.ensureNamespace({ name: "elastic-system", source: "elasticsearch.operator" });
  const operator = new ElasticOperator(chart, "ElasticOperator", {
    ...elasticsearch.operator,
    namespace: home.name,
    managedNamespaces: [...namespaces.keys()],
    source: "elasticsearch.operator",
    priority: OPERATOR_PRIORITY,
  });
  // The operator's account gets its rights in the namespaces it looks after, so these come first.
  operator.node.addDependency(home, ...namespaces.values(), foundation.priorityClasses);
  const clusters = named.map(([name, { nodeSets, ...rest }]): [string, IVectorStore] => {
    const placed = Object.entries(nodeSets).map(([set, props]) => [set, { ...props, pool: pools.get(props.pool ?? "") }] as const);
    const source = `elasticsearch.clusters.${name}`;
    const priorityClass = "beamstack-serving";
    const props = { ...rest, name, operator, source, priorityClass, nodeSets: Object.fromEntries(placed) };
    return [name, new Elasticsearch(chart, `Elasticsearch-${name}`, props)];
  });
  return new Map(clusters);
}
