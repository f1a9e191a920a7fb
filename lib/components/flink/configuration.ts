/** The props of session clusters and applications as Flink configuration. */

import { restartConfiguration } from "./restart";
import type { FlinkClusterSettings, FlinkPodSettings } from "./schema";
import { stateConfiguration, storesOf } from "./state";
import { directory } from "./storage";

/** Port of the Prometheus reporter on every JobManager and TaskManager. */
export const METRICS_PORT = 9249;

/** Names that the configuration refers to. */
export interface ConfigurationNames {
  readonly cluster: string;
  readonly taskManagerServiceAccount: string;
}

/**
 * Configuration keys that props set, in the spelling of Flink 1.19; 1.20 to 2.2 read them too (`state.*` as fallback of `execution.checkpointing.*`).
 * Source: CheckpointingOptions, HighAvailabilityOptions, ResourceManagerOptions, RestartStrategyOptions of 1.19.3, 1.20.5 and 2.2.1.
 */
export function flinkConfiguration(settings: FlinkPodSettings, names: ConfigurationNames): Record<string, string> {
  return {
    "taskmanager.numberOfTaskSlots": String(settings.taskManager.slots),
    ...restartConfiguration(settings.restart),
    ...highAvailability(settings, names.cluster),
    ...stateConfiguration(settings, names.cluster),
    ...identity(settings),
    // User code runs in the TaskManager's pod, so it must not have the JobManager's permission to create pods.
    "kubernetes.taskmanager.service-account": names.taskManagerServiceAccount,
    "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "metrics.reporter.prom.port": String(METRICS_PORT),
  };
}

/** Native mode starts TaskManagers when jobs request slots; both limits are in slots. */
export function sessionConfiguration(taskManager: FlinkClusterSettings["taskManager"]): Record<string, string> {
  const { replicas, maxReplicas, slots: perPod, idleTimeout } = taskManager;
  return {
    "slotmanager.number-of-slots.min": String(replicas * perPod),
    "slotmanager.number-of-slots.max": String(maxReplicas * perPod),
    "resourcemanager.taskmanager-timeout": `${idleTimeout.seconds} s`,
  };
}

function highAvailability({ highAvailability: enabled, storage }: FlinkPodSettings, cluster: string): Record<string, string> {
  if (!enabled || !storage) return {};
  return { "high-availability.type": "kubernetes", "high-availability.storageDir": directory(storage, `${cluster}/ha`) };
}

/**
 * The S3 plugin's default credentials chain has environment variables and instance profiles, but not the web identity of EKS. It is one setting
 * for every bucket: a check refuses stores with and without access keys.
 */
function identity(settings: FlinkPodSettings): Record<string, string> {
  const byIdentity = storesOf(settings).some((store) => store.type === "s3" && !store.credentials);
  if (!byIdentity || !("eks.amazonaws.com/role-arn" in (settings.serviceAccountAnnotations ?? {}))) return {};
  return { "fs.s3a.aws.credentials.provider": "com.amazonaws.auth.WebIdentityTokenCredentialsProvider" };
}
