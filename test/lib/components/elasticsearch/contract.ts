/** Elasticsearch in the contract suite. */

import type { Construct } from "constructs";
import {
  ElasticOperator,
  Elasticsearch,
  type ElasticsearchProps,
  elasticOperatorSchema,
  elasticsearchPin,
  elasticsearchSchema,
} from "#lib/components/elasticsearch/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";

const elasticOperator = contractEntry({
  title: "ElasticOperator",
  pin: elasticsearchPin,
  schema: elasticOperatorSchema,
  build: (scope, props) => new ElasticOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    resources: { resources: { limits: { memory: Size.gibibytes(4) } } },
    existing: { existing: true },
    replicas: { replicas: 2 },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
});

const nodes = { count: 1, storage: Size.gibibytes(10) };

const elasticsearch = contractEntry<ElasticsearchProps>({
  title: "Elasticsearch",
  pin: elasticsearchPin,
  schema: elasticsearchSchema,
  build: (scope: Construct, props) => {
    const operator = new ElasticOperator(scope, "Operator");
    return new Elasticsearch(scope, "Subject", { ...props, name: "subject", operator });
  },
  smallest: { nodeSets: { default: nodes } },
  variants: {
    nodeSets: { nodeSets: { default: { ...nodes, cpu: 2 } } },
    version: { version: "9.4.2" },
    namespace: { namespace: "search" },
    highAvailability: { nodeSets: { default: { ...nodes, count: 3 } }, highAvailability: true },
    maxUnavailable: { maxUnavailable: 2 },
  },
  refused: {
    "spec.wrong-value": { nodeSets: { default: { ...nodes, count: 0 } } },
    "elasticsearch.no-master": { nodeSets: { default: { ...nodes, roles: ["data"] } } },
    "elasticsearch.too-few-masters": { highAvailability: true },
    "elasticsearch.too-few-data-nodes": { nodeSets: { default: { ...nodes, roles: ["master"] } } },
    "elasticsearch.too-little-memory": { nodeSets: { default: { ...nodes, memory: Size.mebibytes(512) } } },
    "elasticsearch.reserved-setting": { nodeSets: { default: { ...nodes, config: { "cluster.name": "mine" } } } },
  },
});

/** What the contract suite tries. */
export const entries = [elasticOperator, elasticsearch];
