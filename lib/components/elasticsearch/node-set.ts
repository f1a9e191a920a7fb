/** A node set as ECK reads it. */

import type { JsonObject } from "#lib/core/json";
import type { ElasticsearchSpec } from "#lib/imports/eck/index";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { placement } from "#lib/kube/node-pool";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { DATA_CLAIM } from "./pin";
import type { NodeSetSettings } from "./schema";

/** User of Elasticsearch and Kibana images, numeric since 8.8. Source: Elasticsearch container image. */
export const IMAGE_USER = 1000;
/** Label by which ECK marks the pods of a node set. */
const STATEFUL_SET_LABEL = "elasticsearch.k8s.elastic.co/statefulset-name";

/** What a node set takes from its cluster. */
export interface ClusterContext {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly serviceAccountName: string;
  readonly priorityClassName?: string;
  readonly highAvailability: boolean;
  /** Settings of every node, which those of a node set override. */
  readonly config: JsonObject;
}

/** One entry of `nodeSets`. */
export function nodeSet(name: string, props: NodeSetSettings, context: ClusterContext): ElasticsearchSpec["nodeSets"][number] {
  const { memoryMap, config } = props;
  return {
    name,
    count: props.count,
    config: { ...context.config, ...config, "node.store.allow_mmap": memoryMap, ...(props.roles && { "node.roles": props.roles }) },
    // ECK writes node sets back, with empty metadata (its Go type has no pointer there), and owns the list from then on.
    podTemplate: { metadata: {}, spec: podSpec(props, context, `${context.cluster}-es-${name}`) },
    volumeClaimTemplates: [dataClaim(props)],
    // Copies of a shard go to different zones; ECK passes the zone of each node to Elasticsearch. Source: ECK 3.5.0, CRD Elasticsearch v1.
    ...(context.highAvailability && { zoneAwareness: {} }),
  };
}

function podSpec(props: NodeSetSettings, context: ClusterContext, statefulSet: string): JsonObject {
  const { serviceAccountName, priorityClassName, highAvailability } = context;
  const { cpu, memory, pool } = props;
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    ...(priorityClassName && { priorityClassName }),
    securityContext: restrictedPodSecurity(IMAGE_USER),
    ...placement(pool),
    ...(highAvailability && apart(statefulSet)),
    containers: [
      {
        name: "elasticsearch",
        // ECK mounts volumes wherever Elasticsearch 8.8 and later write. Source: ECK documentation, "Security context".
        securityContext: restrictedContainerSecurity(),
        resources: resources({ cpu, memory }),
      },
    ],
  };
}

/** No machine holds two nodes of a set; that zones are even is wished for, as a cluster may have only one. */
function apart(statefulSet: string): JsonObject {
  const labels = { [STATEFUL_SET_LABEL]: statefulSet };
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" }],
      },
    },
    topologySpreadConstraints: spread(labels, { over: "zone" }),
  };
}

function dataClaim({ storage, storageClass }: NodeSetSettings) {
  return {
    metadata: { name: DATA_CLAIM },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: `${storage}` } },
      ...(storageClass && { storageClassName: storageClass }),
    },
  };
}
