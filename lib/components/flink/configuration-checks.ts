/** Rules on the keys of `flinkConfiguration`. */

import type { Problem } from "#lib/core/problem";
import { flinkConfiguration } from "./configuration";
import type { FlinkClusterSettings } from "./schema";

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

/**
 * Keys that the operator's validator rejects, or that the platform relies on: addresses for submitters, the operator and Prometheus,
 * ServiceAccounts, and Pod Security settings.
 */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "high-availability.cluster-id",
  "kubernetes.cluster-id",
  "kubernetes.hostnetwork.enabled",
  "kubernetes.jobmanager.service-account",
  "kubernetes.namespace",
  "kubernetes.pod-template-file",
  "kubernetes.pod-template-file.default",
  "kubernetes.pod-template-file.jobmanager",
  "kubernetes.pod-template-file.taskmanager",
  "kubernetes.rest-service.exposed.type",
  "kubernetes.service-account",
  "kubernetes.taskmanager.service-account",
  "metrics.reporter.prom.factory.class",
  "metrics.reporter.prom.port",
  "metrics.reporters",
  "rest.address",
  "rest.bind-address",
  "rest.bind-port",
  "rest.port",
  "security.ssl.rest.authentication-enabled",
  "security.ssl.rest.enabled",
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

/** Problems of the keys of `flinkConfiguration`. */
export function configurationProblems(settings: FlinkClusterSettings, path: string): Problem[] {
  const written = flinkConfiguration(settings, ANY_NAME);
  return Object.keys(settings.flinkConfiguration ?? {}).flatMap((key) => {
    const at = `${path}.${JSON.stringify(key)}`;
    const instead = ownerOf(key, written);
    if (instead !== undefined) return [owned(key, instead, at)];
    if (FORBIDDEN.has(key)) return [forbidden(key, at)];
    return WITHOUT_EFFECT.some((pattern) => pattern.test(key)) ? [withoutEffect(key, at)] : [];
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

function forbidden(key: string, path: string): Problem {
  return {
    id: "flink.configuration-key-forbidden",
    path,
    got: `the key ${key}, which the platform sets`,
    allowed: "keys other than addresses, ServiceAccounts and security settings of the cluster",
    fix: "remove it",
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
