/** Kafka on Strimzi: chart, images and kinds at the pinned version. */

import { isJsonObject, valueAt } from "#lib/core/json";
import { conditionReady, simulatedConditions } from "#lib/kube/condition-ready";
import type { KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { CLUSTER_LABEL, clusterSecrets, partLabels } from "./labels";

const SOURCE =
  "Strimzi 1.2.0, install/cluster-operator, helm-charts/helm3/strimzi-kafka-operator, KafkaAssemblyOperator.java, StatusUtils.java";

/** Strimzi writes NotReady=True while it creates a cluster and when it fails, with another reason only, so that it tells no failure. */
const clusterReadiness: Readiness = {
  ...conditionReady("Ready", SOURCE, { failed: false }),
  simulated: [
    { name: "creating", afterSeconds: 1, status: simulatedConditions({ NotReady: "True" }) },
    { name: "ready", afterSeconds: 1, status: simulatedConditions({ Ready: "True" }) },
  ],
};

/** The user operator writes Ready=True, or NotReady=True when it fails. Source: Strimzi 1.2.0, StatusUtils.java. */
const userReadiness: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [{ type: "condition", name: "NotReady", status: "True" }],
  simulated: [{ name: "ready", afterSeconds: 1, status: simulatedConditions({ Ready: "True" }) }],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: simulatedConditions({ NotReady: "True" }, "simulated failure") },
  source: SOURCE,
};

/** Volumes of every node: `data-<volume>-<cluster>-<pool>-<node>`. Strimzi expands them and ignores a smaller size. Source: Strimzi 1.2.0, VolumeUtils.java. */
function claimsOf(pool: KubeObject) {
  const cluster = pool.metadata.labels?.[CLUSTER_LABEL] ?? "";
  return [valueAt(pool, ["spec", "storage", "volumes"])]
    .flat()
    .filter(isJsonObject)
    .flatMap(({ id, size }) => (typeof size === "string" ? [{ names: `data-${String(id)}-${cluster}-${pool.metadata.name}`, size }] : []));
}

/** Versions of Kafka that the pinned Strimzi runs, oldest first. Source: Strimzi 1.2.0, kafka-versions.yaml. */
export const KAFKA_VERSIONS = ["4.2.0", "4.2.1", "4.3.0", "4.3.1"] as const;

/** The pins of Kafka. */
export const kafkaPin = {
  name: "kafka",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "strimzi-kafka-operator",
    repository: "oci://quay.io/strimzi-helm",
    version: "1.2.0",
    imagePullSecretsAt: ["image", "imagePullSecrets"],
  },
  images: {
    operator: "quay.io/strimzi/operator:1.2.0",
    kafka: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1",
  },
  kinds: [
    {
      kind: "kafka.strimzi.io/Kafka",
      version: "v1",
      holdsData: true,
      /** Brokers and controllers, the operators of topics and users, and the exporter of consumer lag. */
      podLabels: ({ metadata: { name } }) => [
        partLabels(name, "kafka"),
        partLabels(name, "entity-operator"),
        partLabels(name, "kafka-exporter"),
      ],
      /** CA certificates and keys. */
      secretsOf: ({ metadata: { name } }) => clusterSecrets(name),
      readiness: clusterReadiness,
    },
    {
      kind: "kafka.strimzi.io/KafkaNodePool",
      version: "v1",
      holdsData: true,
      replicasAt: [["spec", "replicas"]],
      claims: {
        growth: "by-operator",
        /** Claims of every node. */
        of: claimsOf,
      },
      durableWhen: { type: "field", anyOf: [["spec", "storage", "volumes", "0", "size"]], otherwise: "emptyDir volumes" },
      growsOnly: [["spec", "storage", "volumes", "0", "size"]],
      // The controller of Kafka writes node IDs and roles into its status, and no condition.
      readiness: { ready: [], failed: [], source: SOURCE },
    },
    {
      kind: "kafka.strimzi.io/KafkaTopic",
      version: "v1",
      growsOnly: [["spec", "partitions"]],
      readiness: conditionReady("Ready", SOURCE),
    },
    {
      kind: "kafka.strimzi.io/KafkaUser",
      version: "v1",
      /** The password, and the JAAS configuration with it. */
      secretsOf: ({ metadata: { name } }) => [name],
      readiness: userReadiness,
    },
  ],
  // Source: Strimzi 1.2.0, documentation, "Supported Kubernetes versions".
  kubernetes: { min: "1.30" },
  imports: {
    crds: [
      {
        product: "strimzi",
        version: "1.2.0",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "github.com/strimzi/strimzi-kafka-operator",
          tag: "1.2.0",
          path: "install/cluster-operator",
        },
        only: ["kafkas.kafka.strimzi.io", "kafkanodepools.kafka.strimzi.io", "kafkatopics.kafka.strimzi.io", "kafkausers.kafka.strimzi.io"],
      },
    ],
    charts: [
      {
        chart: "strimzi-kafka-operator",
        version: "1.2.0",
        licence: "Apache-2.0",
        source: "strimzi/strimzi-kafka-operator 1.2.0, helm-charts/helm3/strimzi-kafka-operator",
      },
    ],
  },
} as const satisfies ComponentPin;
