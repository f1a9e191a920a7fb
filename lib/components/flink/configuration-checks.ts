/** Rules on keys of Flink's configuration that are given by hand. */

import type { Problem } from "#lib/core/problem";

/** Keys that a prop writes, or that the operator writes itself, and what to use instead. */
const OWNED: Readonly<Record<string, string>> = {
  "execution.checkpointing.dir": "storage",
  "execution.checkpointing.interval": "checkpoints.interval",
  "execution.checkpointing.savepoint-dir": "savepoints",
  "execution.checkpointing.timeout": "checkpoints.timeout",
  "high-availability": "highAvailability",
  "high-availability.storageDir": "storage",
  "high-availability.type": "highAvailability",
  "jobmanager.memory.process.size": "jobManager.memory",
  "kubernetes.container.image.ref": "image",
  "kubernetes.jobmanager.cpu.amount": "jobManager.cpu",
  "kubernetes.jobmanager.replicas": "jobManager.replicas",
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

/** Keys that the operator's validator refuses, or that would take away what the cluster stands on. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "kubernetes.namespace",
  "kubernetes.cluster-id",
  "kubernetes.service-account",
  "kubernetes.taskmanager.service-account",
  "metrics.reporter.prom.factory.class",
  "metrics.reporter.prom.port",
]);

/**
 * Keys without effect on jobs that are submitted to a session cluster over REST, as Beam's are: the operator's autoscaler, snapshots and
 * savepoints act on jobs that it manages itself, and the reactive scheduler on application clusters alone.
 */
const WITHOUT_EFFECT: readonly RegExp[] = [
  /^(kubernetes\.operator\.)?job\.autoscaler\./,
  /^kubernetes\.operator\.(periodic|savepoint|snapshot|job\.upgrade|deployment\.rollback)\./,
  /^scheduler-mode$/,
];

/** Everything that is wrong with keys given by hand. */
export function configurationProblems(configuration: Readonly<Record<string, string>>, path: string): Problem[] {
  return Object.keys(configuration).flatMap((key) => {
    const at = `${path}.${JSON.stringify(key)}`;
    const instead = key.startsWith("restart-strategy") ? "restart" : OWNED[key];
    if (instead !== undefined) return [owned(key, instead, at)];
    if (FORBIDDEN.has(key)) return [forbidden(key, at)];
    return WITHOUT_EFFECT.some((pattern) => pattern.test(key)) ? [withoutEffect(key, at)] : [];
  });
}

function owned(key: string, instead: string, path: string): Problem {
  return {
    id: "flink.configuration-key-owned",
    path,
    got: `the key ${key}, which ${instead} writes`,
    allowed: "keys that no other setting writes",
    fix: `remove it and set ${instead}`,
  };
}

function forbidden(key: string, path: string): Problem {
  return {
    id: "flink.configuration-key-forbidden",
    path,
    got: `the key ${key}, which the cluster itself decides`,
    allowed: "keys that do not say where and as whom the cluster runs",
    fix: "remove it",
  };
}

function withoutEffect(key: string, path: string): Problem {
  return {
    id: "flink.configuration-without-effect",
    path,
    got: `the key ${key}, which does nothing for jobs submitted to a session cluster`,
    allowed: "keys that have an effect",
    fix: "remove it; taskManager.replicas and taskManager.maxReplicas scale a session cluster",
  };
}
