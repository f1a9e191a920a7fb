/** Elasticsearch in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import {
  ElasticOperator,
  Elasticsearch,
  type ElasticsearchProps,
  elasticOperatorSchema,
  elasticsearchPin,
  elasticsearchSchema,
} from "#lib/components/elasticsearch/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { BucketLocation, IBucket } from "#lib/kube/bucket";
import { pods } from "#lib/kube/network";
import { contractEntry } from "../../../contract/entry";
import { elasticsearchAlertCases } from "./alert-cases";

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
  alerts: elasticsearchAlertCases,
});

const nodes = { count: 1, storage: Size.gibibytes(10) };

const s3 = { api: "s3", bucket: "snapshots", region: "eu-central-1", endpoint: "http://store.objects.svc:8333", pathStyle: true } as const;

/** In place of its buckets, the tree under test gets its own. */
const elsewhere = new Chart(new App(), "buckets");

/** A bucket at a place, with an access key. */
function bucketIn(scope: Construct, location: BucketLocation): IBucket {
  const made = new Construct(scope, `Bucket-${location.api}`);
  const credentials = { type: "access-key", accessKeyId: secretRef("store", "id"), secretAccessKey: secretRef("store", "key") } as const;
  const flows = [{ name: "store", to: pods("objects", { app: "store" }), ports: [{ port: 8333 }] }];
  return Object.assign(made, { name: "snapshots", location, flows, enter: () => ({ credentials, dependency: made }) });
}

const elasticsearch = contractEntry<ElasticsearchProps>({
  title: "Elasticsearch",
  pin: elasticsearchPin,
  schema: elasticsearchSchema,
  build: (scope: Construct, props) => {
    const operator = new ElasticOperator(scope, "Operator");
    const snapshots = props.snapshots && { snapshots: { bucket: bucketIn(scope, props.snapshots.bucket.location) } };
    return new Elasticsearch(scope, "Subject", { ...props, ...snapshots, name: "subject", operator });
  },
  smallest: { nodeSets: { default: nodes } },
  variants: {
    nodeSets: { nodeSets: { default: { ...nodes, cpu: 2 } } },
    version: { version: "9.4.2" },
    namespace: { namespace: "search" },
    highAvailability: { nodeSets: { default: { ...nodes, count: 3 } }, highAvailability: true },
    maxUnavailable: { maxUnavailable: 2 },
    snapshots: { snapshots: { bucket: bucketIn(elsewhere, s3) } },
    kibana: { kibana: { replicas: 2 } },
  },
  refused: {
    "spec.wrong-value": { nodeSets: { default: { ...nodes, count: 0 } } },
    "elasticsearch.no-master": { nodeSets: { default: { ...nodes, roles: ["data"] } } },
    "elasticsearch.too-few-masters": { highAvailability: true },
    "elasticsearch.too-few-data-nodes": { nodeSets: { default: { ...nodes, roles: ["master"] } } },
    "elasticsearch.too-little-memory": { nodeSets: { default: { ...nodes, memory: Size.mebibytes(512) } } },
    "elasticsearch.snapshot-bucket": { snapshots: { bucket: bucketIn(elsewhere, { api: "gcs", bucket: "snapshots" }) } },
    "elasticsearch.reserved-setting": { nodeSets: { default: { ...nodes, config: { "cluster.name": "mine" } } } },
  },
});

/** What the contract suite tries. */
export const entries = [elasticOperator, elasticsearch];
