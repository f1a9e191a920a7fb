/** Props of Elasticsearch and of its operator. */

import { z } from "zod";
import type { JsonValue } from "#lib/core/json";
import { labelNameSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of the ECK operator. */
export const elasticOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.1 cores and 256Mi, at most 1 core and 1Gi */
  resources: partResourcesSchema.optional(),
});

/** Roles of a node. Source: Elasticsearch 9 reference, node roles. */
const NODE_ROLES = [
  "master",
  "voting_only",
  "data",
  "data_content",
  "data_hot",
  "data_warm",
  "data_cold",
  "data_frozen",
  "ingest",
  "ml",
  "remote_cluster_client",
  "transform",
] as const;

/** A role of a node. */
export type NodeRole = (typeof NODE_ROLES)[number];

/** ECK's own rule for node sets, tightened to what also is a label. Source: CRD Elasticsearch v1, nodeSets.name. */
const nodeSetNameSchema = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,21}[a-z0-9])?$/, {
  error: "1 to 23 of a-z, 0-9 and -, a letter or digit at both ends",
});

const jsonSchema: z.ZodType<JsonValue> = z.json();

/** A node set: Elasticsearch nodes with the same roles and size. */
const nodeSetSchema = z.strictObject({
  /** Number of nodes. */
  count: z.int().min(1).max(200),
  /** Size of each node's volume; it may grow later, never shrink. */
  storage: sizeSchema,
  /** Roles of the nodes. @default every role */
  roles: z.array(z.enum(NODE_ROLES)).optional(),
  /** CPU cores of each node. @default 1 */
  cpu: z.number().min(0.1).max(256).default(1),
  /** Memory of each node; half of it becomes heap. @default 4Gi */
  memory: sizeSchema.default(Size.gibibytes(4)),
  /** Storage class of the volumes. @default the cluster's default storage class */
  storageClass: subdomainNameSchema.optional(),
  /** Maps index files into memory; requires `vm.max_map_count` of 262144 on the nodes. @default false */
  memoryMap: z.boolean().default(false),
  /** Settings of elasticsearch.yml; those that ECK owns are rejected. @default none */
  config: z.record(z.string().min(1), jsonSchema).default({}),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Version of the stack: what ECK 3.5 runs as a user other than root. */
type StackVersion = `8.${number}.${number}` | `9.${number}.${number}`;

/** Older ones do not run as a user other than root. Source: ECK 3.5.0, elasticsearch/securitycontext. */
const versionSchema = z.custom<StackVersion>(
  (value) => typeof value === "string" && /^(8\.([89]|\d{2})|9\.\d{1,2})\.\d{1,2}$/.test(value),
  {
    error: "a version of the stack from 8.8.0 to 9.x, such as 9.5.0",
  },
);

/** Kibana, the UI of a cluster. */
const kibanaSchema = z.strictObject({
  /** Pods. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** CPU cores of each pod. @default 0.5 */
  cpu: z.number().min(0.1).max(32).default(0.5),
  /** Memory of each pod, three quarters of it heap: with 1Gi Kibana 9 does not start. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Props of a cluster. */
export const elasticsearchSchema = z.strictObject({
  /** Node sets by name; a name has at most 23 characters. */
  nodeSets: z.record(nodeSetNameSchema, nodeSetSchema),
  /** Version of Elasticsearch. @default "9.5.0" */
  version: versionSchema.default("9.5.0"),
  /** Namespace of the cluster. @default "elasticsearch" */
  namespace: labelNameSchema.default("elasticsearch"),
  /** Survives the loss of a node: spreads pods over nodes and zones, and requires 3 master-eligible and 2 data nodes. @default false */
  highAvailability: z.boolean().default(false),
  /** Elasticsearch nodes that voluntary disruptions may take down at the same time. @default ECK's own budget: one, and only while the cluster is green */
  maxUnavailable: z.int().min(1).max(50).optional(),
  /** Access to a bucket for snapshots; register a repository of type s3 in it with Elasticsearch's API. @default none */
  snapshots: z
    .strictObject({
      /** Bucket with the S3 API and an access key. */
      bucket: ref("bucket"),
    })
    .optional(),
  /** Kibana, the UI of the cluster: people sign in as its users. A route of the gateway shows it. @default none */
  kibana: kibanaSchema.optional(),
});

/** Section `elasticsearch`: the operator, and clusters that pipelines write to. */
export const elasticsearchSectionSchema = z.strictObject({
  /** The ECK operator. @default one pod */
  operator: elasticOperatorSchema.prefault({}),
  /** Clusters by name; pipelines refer to them as `stores`. */
  clusters: z.record(z.string(), elasticsearchSchema),
});

/** Props of the ECK operator. */
export type ElasticOperatorProps = PropsOf<typeof elasticOperatorSchema>;

/** Settings of the ECK operator. */
export type ElasticOperatorSettings = SettingsOf<typeof elasticOperatorSchema>;

/** Props of a cluster. */
export type ElasticsearchProps = PropsOf<typeof elasticsearchSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type ElasticsearchSettings = SettingsOf<typeof elasticsearchSchema>;

/** Settings of Kibana. */
export type KibanaSettings = SettingsOf<typeof kibanaSchema>;

/** Settings of a node set. */
export type NodeSetSettings = SettingsOf<typeof nodeSetSchema>;
