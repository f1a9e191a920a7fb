/** Rules on durable state: high availability, checkpoints, savepoints. */

import { canonicalJson } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { FlinkPodSettings } from "./schema";
import { savepointStorageOf } from "./state";
import type { DurableStorage } from "./storage";

/** A rule: a problem, or `undefined` if the settings are valid. */
type Rule = (settings: FlinkPodSettings) => (Omit<Problem, "path"> & { readonly at: string }) | undefined;

const RULES: readonly Rule[] = [standbyWithoutHa, haWithoutStorage, savepointWithoutStorage, checkpointWithoutStorage, storesThatDiffer];

/** Problems of a cluster's state settings. */
export function stateProblems(settings: FlinkPodSettings, path: string): Problem[] {
  return RULES.flatMap((rule) => {
    const found = rule(settings);
    if (!found) return [];
    const { at, ...problem } = found;
    return [{ ...problem, path: `${path}.${at}` }];
  });
}

/** Source: validateJmReplicas in the operator's DefaultValidator. */
function standbyWithoutHa({ jobManager, highAvailability }: FlinkPodSettings) {
  if (jobManager.replicas === 1 || highAvailability) return undefined;
  return {
    id: "flink.standby-without-ha",
    at: "jobManager.replicas",
    got: `${jobManager.replicas} JobManagers without high availability`,
    allowed: "1, or highAvailability: true",
    fix: "set highAvailability: true, or run one JobManager",
  };
}

/** Source: HighAvailabilityOptions.HA_STORAGE_PATH; without it Flink does not start. */
function haWithoutStorage({ highAvailability, storage }: FlinkPodSettings) {
  if (!highAvailability || storage) return undefined;
  return {
    id: "flink.ha-without-storage",
    at: "highAvailability",
    got: "high availability without storage",
    allowed: "highAvailability with storage",
    fix: 'set storage, such as { type: "s3", uri: "s3://bucket/flink" }',
  };
}

/** Source: validateJobSpec in the operator's DefaultValidator (a savepoint needs its directory). */
function savepointWithoutStorage(settings: FlinkPodSettings) {
  if (!settings.savepoints || savepointStorageOf(settings)) return undefined;
  return {
    id: "flink.savepoint-without-storage",
    at: "savepoints",
    got: "savepoints without storage",
    allowed: "savepoints.storage, or storage",
    fix: "set savepoints.storage or storage",
  };
}

/** Without a directory Flink keeps checkpoints in the JobManager's memory, where they are lost with the pod. */
function checkpointWithoutStorage({ checkpoints, storage }: FlinkPodSettings) {
  if (!checkpoints || storage) return undefined;
  return {
    id: "flink.checkpoint-without-storage",
    at: "checkpoints",
    got: "checkpoints without storage",
    allowed: "checkpoints with storage",
    fix: "set storage, or remove checkpoints",
  };
}

/** A plugin has one configuration and one set of credentials per process, and one claim is mounted. */
function storesThatDiffer(settings: FlinkPodSettings) {
  const { storage } = settings;
  const savepointStorage = savepointStorageOf(settings);
  if (!storage || !savepointStorage || storage.type !== savepointStorage.type || access(storage) === access(savepointStorage))
    return undefined;
  return {
    id: "flink.storages-differ",
    at: "savepoints.storage",
    got: `a second ${storage.type} storage with another endpoint, other credentials or another claim`,
    allowed: "the same endpoint, credentials and claim as storage",
    fix: "use the same endpoint, credentials and claim, or one storage",
  };
}

/** How a storage is reached, as text. Annotations of two identities would be those of one ServiceAccount. */
function access(storage: DurableStorage): string {
  if (storage.from) {
    const { bucket, access: given } = storage.from;
    return JSON.stringify([{ ...bucket.location, bucket: "", prefix: "" }, given.credentials, given.ca ?? null]);
  }
  switch (storage.type) {
    case "s3":
      return canonicalJson([storage.endpoint ?? null, JSON.stringify(storage.credentials ?? null)]);
    case "azure":
      return JSON.stringify(storage.accountKey);
    case "gcs":
      return "";
    case "claim":
      return storage.claimName;
  }
}
