/** Settings of Kafka that an environment cannot set: Strimzi removes them without an error, or a prop sets them. */

/** Source: Strimzi 1.2.0, KafkaClusterSpec.FORBIDDEN_PREFIXES, without those of ZooKeeper and Cruise Control. */
const PREFIXES = [
  "listeners",
  "advertised.",
  "broker.",
  "listener.",
  "host.name",
  "port",
  "inter.broker.listener.name",
  "sasl.",
  "ssl.",
  "security.",
  "password.",
  "log.dir",
  "zookeeper.",
  "authorizer.",
  "super.user",
  "cruise.control.metrics.",
  "node.id",
  "process.roles",
  "controller.",
  "metadata.log.dir",
  "client.quota.callback.static.",
  "prometheus.metrics.reporter.",
  "cordoned.log.dirs",
];

/** Source: Strimzi 1.2.0, KafkaClusterSpec.FORBIDDEN_PREFIX_EXCEPTIONS. */
const EXCEPTIONS = new Set([
  "sasl.server.max.receive.size",
  "ssl.cipher.suites",
  "ssl.protocol",
  "ssl.enabled.protocols",
  "ssl.secure.random.implementation",
  "broker.session.timeout.ms",
  "broker.heartbeat.interval.ms",
  "controller.socket.timeout.ms",
  "controller.quorum.election.backoff.max.ms",
  "controller.quorum.election.timeout.ms",
  "controller.quorum.fetch.timeout.ms",
]);

/** Settings of our props. */
const OWN = new Set([
  "auto.create.topics.enable",
  "default.replication.factor",
  "delete.topic.enable",
  "min.insync.replicas",
  "offsets.topic.replication.factor",
  "replica.selector.class",
  "transaction.state.log.min.isr",
  "transaction.state.log.replication.factor",
]);

/** Is the setting not the environment's to set? */
export function isReserved(name: string): boolean {
  return OWN.has(name) || (!EXCEPTIONS.has(name) && PREFIXES.some((prefix) => name.startsWith(prefix)));
}
