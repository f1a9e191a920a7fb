/** What a platform team may say of Elasticsearch, and what holds when it says nothing. */

import type { JsonValue } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { INodePool } from "#lib/kube/node-pool";

/** Props of the operator that runs every cluster. */
export interface ElasticOperatorProps {
  /** Pods of the operator, of which one leads; more than one also gets a disruption budget. @default 1 */
  readonly replicas?: number;
}

/** Roles of a node. Source: Elasticsearch 9 reference, node roles. */
export const NODE_ROLES = [
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

/** Nodes of one kind. `Pool` is how a node pool is named: by the pool itself, in environment files by its name. */
export interface NodeSetProps<Pool = INodePool> {
  readonly count: number;
  /** Size of each node's volume; it may grow later, never shrink. */
  readonly storage: Size;
  /** @default every role */
  readonly roles?: readonly NodeRole[];
  /** Cores of each node. @default 1 */
  readonly cpu?: number;
  /** Memory of each node, half of which becomes heap. @default 4 GiB */
  readonly memory?: Size;
  /** @default the cluster's default storage class */
  readonly storageClass?: string;
  /** Maps index files into memory; the pool's machines must then have `vm.max_map_count` at 262144. @default false */
  readonly memoryMap?: boolean;
  /** Lines of elasticsearch.yml. @default none */
  readonly config?: Readonly<Record<string, JsonValue>>;
  /** Node pool. @default any node without taints */
  readonly pool?: Pool;
}

/** Version of the stack: what ECK 3.5 runs as a user other than root. */
export type StackVersion = `8.${number}.${number}` | `9.${number}.${number}`;

/** Props of a cluster. `Pool` is how a node pool is named. */
export interface ElasticsearchProps<Pool = INodePool> {
  /** By name, at most 23 characters. */
  readonly nodeSets: Readonly<Record<string, NodeSetProps<Pool>>>;
  /** @default "9.5.0" */
  readonly version?: StackVersion;
  /** @default "elasticsearch" */
  readonly namespace?: string;
  /** Survives the loss of a machine: spreads nodes over machines and zones, and insists on enough of them. @default false */
  readonly highAvailability?: boolean;
  /** Nodes that may be away on purpose at once. @default ECK's own budget: one, and only while the cluster is green */
  readonly maxUnavailable?: number;
}

/** Values that hold when a prop of the operator is not given. */
export const elasticOperatorDefaults = { replicas: 1 } as const satisfies Required<ElasticOperatorProps>;

/** Values that hold when a prop of a cluster is not given. */
export const elasticsearchDefaults = {
  version: "9.5.0",
  namespace: "elasticsearch",
  highAvailability: false,
} as const satisfies Partial<ElasticsearchProps>;

/** Values that hold when a prop of a node set is not given. */
export const nodeSetDefaults = { cpu: 1, memory: Size.gibibytes(4), memoryMap: false, config: {} } as const satisfies Partial<NodeSetProps>;
