/** A cluster as Strimzi reads it. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { KafkaNodePoolSpec, KafkaSpec } from "#lib/imports/strimzi/index";
import { type INodePool, placement } from "#lib/kube/node-pool";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { partLabels } from "./labels";
import { copiesOf } from "./replicas";
import type { KafkaClusterSettings, KafkaNodePoolSettings } from "./schema";

/** Port of clients: TLS, with a user and a password. */
export const CLIENT_PORT = 9093;
/** Port of the metrics of Kafka and of the exporter. Source: Strimzi 1.2.0, MetricsModel.java. */
export const METRICS_PORT = 9404;

/** Inputs besides props. */
export interface SpecContext {
  readonly name: string;
  /** Images, already moved to a mirror where there is one. */
  readonly images: { readonly operator: string; readonly kafka: string };
  readonly priorityClassName: string | undefined;
}

/** The spec of the cluster. */
export function kafkaSpec(settings: KafkaClusterSettings, context: SpecContext): KafkaSpec {
  const { version, rack } = settings;
  const { images } = context;
  return {
    kafka: {
      version,
      image: images.kafka,
      listeners: [listener(settings)],
      authorization: { type: "simple" },
      config: configOf(settings),
      ...(rack !== undefined && { rack: { type: "topology-label", topologyKey: rack }, brokerRackInitImage: images.operator }),
      metricsConfig: { type: "strimziMetricsReporter" },
    },
    entityOperator: entityOperator(settings, context),
    kafkaExporter: {
      image: images.kafka,
      topicRegex: ".*",
      groupRegex: ".*",
      resources: resources({ cpu: 0.05, memory: Size.mebibytes(64) }, { cpu: 0.5, memory: Size.mebibytes(128) }),
      template: { pod: { ...podTemplate(poolOf(settings), context) } },
    },
    // Else the CA would go with its object, and no client could trust the cluster that finds its volumes again.
    clusterCa: { generateSecretOwnerReference: false },
    clientsCa: { generateSecretOwnerReference: false },
  };
}

function listener({ tls }: KafkaClusterSettings): KafkaSpec["kafka"]["listeners"][number] {
  return {
    name: "clients",
    port: CLIENT_PORT,
    type: "internal",
    tls: true,
    authentication: { type: "scram-sha-512" },
    ...(tls && {
      configuration: { brokerCertChainAndKey: { secretName: tls.secretName, certificate: "tls.crt", key: "tls.key" } },
    }),
  };
}

/** Topics are objects of the environment, so that a misspelt name creates none. */
function configOf(settings: KafkaClusterSettings): JsonObject {
  const { replicationFactor, minInsyncReplicas } = copiesOf(settings);
  return {
    "auto.create.topics.enable": false,
    "delete.topic.enable": settings.deleteTopics,
    "default.replication.factor": replicationFactor,
    "min.insync.replicas": minInsyncReplicas,
    "offsets.topic.replication.factor": replicationFactor,
    "transaction.state.log.replication.factor": replicationFactor,
    "transaction.state.log.min.isr": minInsyncReplicas,
    ...(settings.rack !== undefined && { "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector" }),
    ...settings.config,
  };
}

/** The operators of topics and users. */
function entityOperator(settings: KafkaClusterSettings, context: SpecContext): NonNullable<KafkaSpec["entityOperator"]> {
  const part = {
    image: context.images.operator,
    resources: resources({ cpu: 0.1, memory: Size.mebibytes(384) }, { cpu: 0.5, memory: Size.mebibytes(512) }),
  };
  return {
    topicOperator: part,
    userOperator: part,
    template: {
      pod: { ...podTemplate(poolOf(settings), context) },
      // With finalizers, the object of a topic that cannot be deleted would stay. Source: Strimzi 1.2.0 documentation, "Considerations when disabling topic deletion".
      ...(!settings.deleteTopics && { topicOperatorContainer: { env: [{ name: "STRIMZI_USE_FINALIZERS", value: "false" }] } }),
    },
  };
}

/** The pool of brokers, where the pods beside them go, too. */
function poolOf({ nodePools }: KafkaClusterSettings): INodePool | undefined {
  return Object.values(nodePools).find(({ roles }) => roles.includes("broker"))?.pool;
}

/** The spec of a node pool. */
export function nodePoolSpec(pool: KafkaNodePoolSettings, settings: KafkaClusterSettings, context: SpecContext): KafkaNodePoolSpec {
  const { roles, replicas, cpu, memory } = pool;
  const labels = partLabels(context.name, "kafka");
  return {
    replicas,
    roles,
    storage: storageOf(pool),
    resources: resources({ cpu, memory }),
    template: {
      pod: {
        ...podTemplate(pool.pool, context),
        topologySpreadConstraints: [...spread(labels), ...(settings.rack === undefined ? [] : [overRacks(labels, settings.rack)])],
      },
    },
  };
}

function overRacks(labels: Record<string, string>, topologyKey: string): JsonObject {
  return { ...spread(labels)[0], topologyKey };
}

/** A list of volumes, so that further ones can be added. */
function storageOf({ storage, storageClass, ephemeral }: KafkaNodePoolSettings): KafkaNodePoolSpec["storage"] {
  const volume = ephemeral
    ? ({ id: 0, type: "ephemeral", sizeLimit: `${storage}`, kraftMetadata: "shared" } as const)
    : ({
        id: 0,
        type: "persistent-claim",
        size: `${storage}`,
        deleteClaim: false,
        kraftMetadata: "shared",
        ...(storageClass !== undefined && { class: storageClass }),
      } as const);
  return { type: "jbod", volumes: [volume] };
}

/** Strimzi's pod template has no node selector: the same as an affinity. */
function podTemplate(pool: INodePool | undefined, { priorityClassName }: Pick<SpecContext, "priorityClassName">): JsonObject {
  const { nodeSelector = {}, tolerations = [] } = placement(pool);
  const matchExpressions = Object.entries(nodeSelector).map(([key, value]) => ({ key, operator: "In", values: [value] }));
  return {
    enableServiceLinks: false,
    ...(priorityClassName && { priorityClassName }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map((one) => ({ ...one })) }),
    ...(matchExpressions.length > 0 && {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } },
    }),
  };
}
