/** Names and labels that Strimzi gives. */

/** Label of everything that belongs to a Kafka cluster. */
export const CLUSTER_LABEL = "strimzi.io/cluster";
/** Label of the pods of one part of a cluster. */
export const NAME_LABEL = "strimzi.io/name";

/** Labels of the pods of one part of a cluster. Source: Strimzi 1.2.0, Labels.java, KafkaResources.java and KafkaExporterResources.java. */
export function partLabels(cluster: string, part: "kafka" | "entity-operator" | "kafka-exporter"): Record<string, string> {
  return { [CLUSTER_LABEL]: cluster, [NAME_LABEL]: `${cluster}-${part}` };
}

/** Secret with the CA of the brokers' certificates, in the namespace of the cluster. */
export function caSecret(cluster: string): string {
  return `${cluster}-cluster-ca-cert`;
}

/** Secrets that Strimzi creates for a cluster. */
export function clusterSecrets(cluster: string): string[] {
  return ["cluster-ca-cert", "cluster-ca", "clients-ca-cert", "clients-ca"].map((suffix) => `${cluster}-${suffix}`);
}
