/** A Spark application as Apache's operator takes it: properties, and templates of pods. */

import type { JsonObject } from "#lib/core/json";
import { formatCores } from "#lib/kube/quantity";
import { divideMemory } from "./memory";
import { type PodContext, placedTemplate, podTemplate } from "./pods";
import type { PodSettings, SparkApplicationSettings } from "./schema";

/** Classes that run programs of other languages. Source: Spark 4.0, SparkSubmit.scala; the operator knows the first by its name. */
const RUNNERS = { python: "org.apache.spark.deploy.PythonRunner", r: "org.apache.spark.deploy.RRunner" } as const;

/** What both forms share: properties of buckets, ports and the user, and accelerators. */
export interface ApacheParts {
  readonly conf: Readonly<Record<string, string>>;
  readonly executor: Parameters<typeof podTemplate>[2];
}

/** `spec` of a SparkApplication of spark.apache.org. */
export function apacheSpec(settings: SparkApplicationSettings, { conf, executor }: ApacheParts, context: PodContext): JsonObject {
  const { version, driver } = settings;
  return {
    runtimeVersions: { sparkVersion: version },
    ...programOf(settings),
    ...(settings.arguments.length > 0 && { driverArgs: [...settings.arguments] }),
    sparkConf: {
      "spark.kubernetes.container.image": context.image,
      "spark.kubernetes.container.image.pullPolicy": "IfNotPresent",
      "spark.kubernetes.authenticate.driver.serviceAccountName": context.account,
      "spark.kubernetes.authenticate.executor.serviceAccountName": context.account,
      ...sizeConf("driver", driver, context),
      ...sizeConf("executor", settings.executor, context),
      ...allocationConf(settings),
      ...conf,
    },
    driverSpec: { podTemplateSpec: placedTemplate(podTemplate("driver", settings, driver, context), driver) },
    executorSpec: { podTemplateSpec: placedTemplate(podTemplate("executor", settings, executor, context), settings.executor) },
    applicationTolerations: tolerations(settings),
  };
}

function programOf({ main }: SparkApplicationSettings): JsonObject {
  switch (main.type) {
    case "python":
      return { mainClass: RUNNERS.python, pyFiles: main.file };
    case "r":
      return { mainClass: RUNNERS.r, sparkRFiles: main.file };
    case "java":
    case "scala":
      return { mainClass: main.class, jars: main.file };
  }
}

function sizeConf(role: "driver" | "executor", { cpu, memory }: PodSettings, { language }: PodContext): Record<string, string> {
  const { heap, overhead } = divideMemory(memory, language);
  return {
    [`spark.${role}.cores`]: `${Math.max(1, Math.floor(cpu))}`,
    [`spark.kubernetes.${role}.request.cores`]: formatCores(cpu),
    [`spark.${role}.memory`]: `${heap}m`,
    [`spark.${role}.memoryOverhead`]: `${overhead}m`,
  };
}

function allocationConf({ dynamicAllocation, executor }: SparkApplicationSettings): Record<string, string> {
  if (!dynamicAllocation) return { "spark.executor.instances": `${executor.instances}` };
  const name = (key: string) => `spark.dynamicAllocation.${key}`;
  return {
    [name("enabled")]: "true",
    [name("shuffleTracking.enabled")]: "true",
    [name("initialExecutors")]: `${executor.instances}`,
    [name("minExecutors")]: `${dynamicAllocation.min}`,
    [name("maxExecutors")]: `${dynamicAllocation.max}`,
  };
}

const RESTART = { never: "Never", "on-failure": "OnFailure", always: "Always" } as const;

/** Pods of what failed stay until the application is deleted: the state that tells of a failure for good. */
function tolerations({ restart, keep }: SparkApplicationSettings): JsonObject {
  const onFailure = restart.type === "on-failure" ? restart : undefined;
  return {
    resourceRetainPolicy: "OnFailure",
    resourceRetainDurationMillis: -1,
    ttlAfterStopMillis: keep ? keep.seconds * 1000 : -1,
    restartConfig: {
      restartPolicy: RESTART[restart.type],
      restartCounterResetMillis: -1,
      ...(onFailure && { maxRestartAttempts: onFailure.retries, restartBackoffMillis: (onFailure.interval?.seconds ?? 30) * 1000 }),
    },
  };
}
