/** Rules on the keys of `flinkConfiguration`. */

import type { Problem } from "#lib/core/problem";
import { flinkConfiguration } from "./configuration";
import type { FlinkPodSettings } from "./schema";

/** Keys that a prop or the operator sets, and what to use instead. */
const OWNED: Readonly<Record<string, string>> = {
  "execution.checkpointing.dir": "storage",
  "execution.checkpointing.externalized-checkpoint-retention": "checkpoints",
  "execution.checkpointing.interval": "checkpoints.interval",
  "execution.checkpointing.num-retained": "checkpoints.retained",
  "execution.checkpointing.savepoint-dir": "savepoints",
  "execution.checkpointing.timeout": "checkpoints.timeout",
  "high-availability": "highAvailability",
  "high-availability.storageDir": "storage",
  "high-availability.type": "highAvailability",
  "jobmanager.memory.process.size": "jobManager.memory",
  "kubernetes.container.image": "image",
  "kubernetes.container.image.ref": "image",
  "kubernetes.jobmanager.cpu": "jobManager.cpu",
  "kubernetes.jobmanager.cpu.amount": "jobManager.cpu",
  "kubernetes.jobmanager.replicas": "jobManager.replicas",
  "kubernetes.taskmanager.cpu": "taskManager.cpu",
  "kubernetes.taskmanager.cpu.amount": "taskManager.cpu",
  "resourcemanager.taskmanager-timeout": "taskManager.idleTimeout",
  "slotmanager.number-of-slots.max": "taskManager.maxReplicas",
  "slotmanager.number-of-slots.min": "taskManager.replicas",
  "state.checkpoints.dir": "storage",
  "state.checkpoints.num-retained": "checkpoints.retained",
  "state.savepoints.dir": "savepoints",
  "taskmanager.memory.process.size": "taskManager.memory",
  "taskmanager.numberOfTaskSlots": "taskManager.slots",
};

const NAMES = "the cluster's key and namespace";
const ACCOUNTS = "serviceAccountAnnotations, which both ServiceAccounts of the cluster get";
const TEMPLATES = "the props of jobManager, taskManager and worker, or a patch of the FlinkDeployment";
const REST = "the Service <name>-rest at port 8081, which submitters and the operator use";
const METRICS = "the section monitoring, which scrapes port 9249";

/**
 * Keys that the operator's validator rejects, or that the platform relies on (addresses for submitters, the operator and Prometheus,
 * ServiceAccounts, Pod Security settings), and what to use instead.
 */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ["high-availability.cluster-id", NAMES],
  ["kubernetes.cluster-id", NAMES],
  ["kubernetes.hostnetwork.enabled", "network policies: pods with the host's network are refused at Pod Security level restricted"],
  ["kubernetes.jobmanager.service-account", ACCOUNTS],
  ["kubernetes.namespace", NAMES],
  ["kubernetes.pod-template-file", TEMPLATES],
  ["kubernetes.pod-template-file.default", TEMPLATES],
  ["kubernetes.pod-template-file.jobmanager", TEMPLATES],
  ["kubernetes.pod-template-file.taskmanager", TEMPLATES],
  ["kubernetes.rest-service.exposed.type", REST],
  ["kubernetes.service-account", ACCOUNTS],
  ["kubernetes.taskmanager.service-account", ACCOUNTS],
  ["metrics.reporter.prom.factory.class", METRICS],
  ["metrics.reporter.prom.port", METRICS],
  ["metrics.reporters", METRICS],
  ["rest.address", REST],
  ["rest.bind-address", REST],
  ["rest.bind-port", REST],
  ["rest.port", REST],
  ["security.ssl.rest.authentication-enabled", REST],
  ["security.ssl.rest.enabled", REST],
]);

/** Generated configuration has the cluster's name in values only, never in keys. */
const ANY_NAME = { cluster: "any", taskManagerServiceAccount: "any" };

/**
 * Keys without effect on jobs that Beam submits over REST: the operator's autoscaler, snapshots and savepoints act on jobs that it
 * manages, and reactive mode works in application clusters only.
 */
const WITHOUT_EFFECT: readonly RegExp[] = [
  /^(kubernetes\.operator\.)?job\.autoscaler\./,
  /^kubernetes\.operator\.(periodic|savepoint|snapshot|job\.upgrade|deployment\.rollback)\./,
  /^scheduler-mode$/,
];

/** What of the keys differs between session clusters and applications. */
export interface KeyRules {
  /** Keys that further props set, and the props. */
  readonly owned: Readonly<Record<string, string>>;
  readonly withoutEffect: readonly RegExp[];
}

/** Rules of session clusters. */
export const SESSION_KEYS: KeyRules = { owned: {}, withoutEffect: WITHOUT_EFFECT };

/** Rules of applications, whose jobs the operator manages. */
export const APPLICATION_KEYS: KeyRules = {
  owned: {
    "kubernetes.operator.periodic.savepoint.interval": "snapshots.every",
    "kubernetes.operator.savepoint.dispose-on-delete": "snapshots.dispose",
    "kubernetes.operator.savepoint.history.max.age": "snapshots.keepFor",
    "kubernetes.operator.savepoint.history.max.count": "snapshots.keep",
    "parallelism.default": "parallelism",
    "pipeline.jars": "jar",
    "user.artifacts.base-dir": "jar",
  },
  withoutEffect: [],
};

/** Problems of the keys of `flinkConfiguration`. */
export function configurationProblems(settings: FlinkPodSettings, path: string, rules: KeyRules): Problem[] {
  const written = flinkConfiguration(settings, ANY_NAME);
  return Object.keys(settings.flinkConfiguration ?? {}).flatMap((key) => {
    const at = `${path}.${JSON.stringify(key)}`;
    const instead = rules.owned[key] ?? ownerOf(key, written);
    if (instead !== undefined) return [owned(key, instead, at)];
    const use = FORBIDDEN.get(key);
    if (use !== undefined) return [forbidden(key, use, at)];
    return rules.withoutEffect.some((pattern) => pattern.test(key)) ? [withoutEffect(key, at)] : [];
  });
}

/** The prop that sets a key. Other keys come from the storage: endpoint and credentials. */
function ownerOf(key: string, written: Readonly<Record<string, string>>): string | undefined {
  if (key.startsWith("restart-strategy")) return "restart";
  const ofStorage = Object.hasOwn(written, key) && !FORBIDDEN.has(key);
  return OWNED[key] ?? (ofStorage ? "storage" : undefined);
}

function owned(key: string, instead: string, path: string): Problem {
  return {
    id: "flink.configuration-key-owned",
    path,
    got: `the key ${key}, which ${instead} sets`,
    allowed: "keys that no prop sets",
    fix: `remove it and set ${instead}`,
  };
}

function forbidden(key: string, use: string, path: string): Problem {
  return {
    id: "flink.configuration-key-forbidden",
    path,
    got: `the key ${key}, which the platform sets`,
    allowed: "keys other than addresses, ServiceAccounts and security settings of the cluster",
    fix: `remove it and use ${use}`,
  };
}

function withoutEffect(key: string, path: string): Problem {
  return {
    id: "flink.configuration-without-effect",
    path,
    got: `the key ${key}, which has no effect on jobs submitted to a session cluster`,
    allowed: "keys that have an effect",
    fix: "remove it; scale a session cluster with taskManager.replicas and taskManager.maxReplicas",
  };
}
