/** A Spark application: once, or on a schedule. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import { formatImage, parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { SparkAccount } from "./account";
import { apacheSpec } from "./apache-application";
import { apacheApplicationProblems, applicationProblems, languageOf } from "./checks";
import { bucketConf, driverPods, driverTarget, metricsConf, networkConf, sparkFlows } from "./flows";
import { sparkPin } from "./pin";
import { type PodContext, podFields, podTemplate } from "./pods";
import { bucketSetOf, featureDependencies } from "./preparation";
import {
  type CommonSettings,
  type SparkApplicationProps,
  type SparkApplicationSettings,
  type SparkOperatorType,
  sparkApplicationSchema,
} from "./schema";

const TYPES = { python: "Python", java: "Java", scala: "Scala", r: "R" } as const;
const OVERLAP = { forbid: "Forbid", replace: "Replace" } as const;

/** Context of an application. */
export interface SparkApplicationPlace {
  readonly name: string;
  /** Who runs it. @default "kubeflow" */
  readonly operator?: SparkOperatorType;
}

/** A Spark application. */
export class SparkApplication extends Construct implements IMonitored {
  public readonly name: string;
  public readonly namespace: string;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: SparkApplicationProps & SparkApplicationPlace) {
    super(scope, id);
    const { name, operator = "kubeflow", ...own } = props;
    setOwner(this, sparkPin.name);
    const settings = settingsOf(this, sparkApplicationSchema, own as SparkApplicationProps, {
      checks: (each, path) => [
        ...applicationProblems(name, each, path),
        ...(operator === "apache" ? apacheApplicationProblems(each, path) : []),
      ],
    });
    const { namespace } = settings;
    this.name = name;
    this.namespace = namespace;
    const driver = driverPods(name, namespace);
    this.monitoring = { targets: [driverTarget(driver)] };
    if (!isSound(this)) return;
    const buckets = bucketSetOf(settings);
    const account = new SparkAccount(this, "Account", {
      name: `${name}-spark`,
      namespace,
      annotations: { ...settings.serviceAccountAnnotations, ...buckets.annotations },
    });
    const context = this.contextOf(settings, { label: name, account: account.name, buckets });
    const resource = operator === "apache" ? this.addApacheResource(settings, context) : this.addResource(settings, context);
    resource.node.addDependency(account, ...buckets.dependencies, ...featureDependencies(settings));
    allow(this, sparkFlows(driver, `${name}-spark`, settings));
    for (const pool of [settings.driver.pool, settings.executor.pool]) if (pool) this.node.addDependency(pool);
  }

  private contextOf(settings: SparkApplicationSettings, own: Pick<PodContext, "label" | "account" | "buckets">): PodContext {
    return { ...own, image: imageFor(this, imageOf(settings)), priority: priorityOf(this), language: languageOf(settings) };
  }

  /** A name that changes with the spec, whose changes the operator ignores: a change is a new object in the plan. Source: SparkAppReconciler.java. */
  private addApacheResource(settings: SparkApplicationSettings, context: PodContext): ApiObject {
    const { name, namespace } = this;
    const conf = confOf(settings, context);
    const spec = apacheSpec(settings, { conf, executor: { ...settings.executor, ...gpusOf(settings.executor) } }, context);
    const unique = `${name}-${digest({ spec, pullSecrets: [...pullSecretsOf(this)] }).slice(0, 8)}`;
    return new ApiObject(this, "Resource", {
      apiVersion: "spark.apache.org/v1",
      kind: "SparkApplication",
      metadata: { name: unique, namespace },
      spec,
    });
  }

  private addResource(settings: SparkApplicationSettings, context: PodContext): ApiObject {
    const { name, namespace } = this;
    const { schedule, queue } = settings;
    const spec = applicationSpec(settings, context);
    const entry = queue?.enter(namespace);
    const metadata = { name, namespace, ...(entry && { labels: { ...entry.labels } }) };
    const apiVersion = "sparkoperator.k8s.io/v1beta2";
    const resource = schedule
      ? new ApiObject(this, "Resource", { apiVersion, kind: "ScheduledSparkApplication", metadata, spec: scheduled(schedule, spec) })
      : new ApiObject(this, "Resource", { apiVersion, kind: "SparkApplication", metadata, spec });
    if (entry) resource.node.addDependency(entry.dependency);
    return resource;
  }
}

/** The image given, or Apache's at the version. */
export function imageOf({ image, version }: Pick<CommonSettings, "image" | "version">): string {
  const pinned = parseImage(sparkPin.images.spark);
  if (!pinned) throw new Error("the pinned image of Spark is no image reference");
  return image ?? formatImage({ ...pinned, tag: version });
}

/** Executors as both kinds write them. */
export function allocationOf({ dynamicAllocation, executor }: Pick<CommonSettings, "dynamicAllocation" | "executor">): JsonObject {
  if (!dynamicAllocation) return {};
  const { min, max } = dynamicAllocation;
  return {
    dynamicAllocation: {
      enabled: true,
      initialExecutors: executor.instances,
      minExecutors: min,
      maxExecutors: max,
      shuffleTrackingEnabled: true,
    },
  };
}

/** Accelerators of an executor by the resource of its pool. */
export function gpusOf({ accelerators, pool }: CommonSettings["executor"]) {
  const name = pool?.capacity.resource;
  return accelerators > 0 && name !== undefined ? { gpus: { name, quantity: accelerators } } : {};
}

function confOf(settings: SparkApplicationSettings, { buckets }: PodContext): Record<string, string> {
  return { ...networkConf(), ...metricsConf(), ...bucketConf(buckets, settings), ...settings.conf };
}

function applicationSpec(settings: SparkApplicationSettings, context: PodContext): JsonObject {
  const { main, driver, executor, version, keep } = settings;
  const gpus = gpusOf(executor);
  return {
    type: TYPES[main.type],
    mode: "cluster",
    ...(main.type === "python" && { pythonVersion: "3" }),
    sparkVersion: version,
    image: context.image,
    imagePullPolicy: "IfNotPresent",
    mainApplicationFile: main.file,
    ...("class" in main && { mainClass: main.class }),
    ...(settings.arguments.length > 0 && { arguments: [...settings.arguments] }),
    sparkConf: confOf(settings, context),
    restartPolicy: restartPolicy(settings),
    ...(keep && { timeToLiveSeconds: keep.seconds }),
    ...allocationOf(settings),
    driver: { ...podFields(driver, context), serviceAccount: context.account, template: podTemplate("driver", settings, driver, context) },
    executor: {
      ...podFields(executor, context),
      instances: executor.instances,
      serviceAccount: context.account,
      ...("gpus" in gpus && { gpu: { ...gpus.gpus } }),
      template: podTemplate("executor", settings, { ...executor, ...gpus }, context),
    },
  };
}

function restartPolicy({ restart, queue }: Pick<SparkApplicationSettings, "restart" | "queue">): JsonObject {
  switch (restart.type) {
    case "never":
      return { type: "Never" };
    case "always":
      return { type: "Always" };
    case "on-failure": {
      const interval = restart.interval?.seconds ?? 30;
      return {
        type: "OnFailure",
        onFailureRetries: restart.retries,
        onFailureRetryInterval: interval,
        // For Kueue a failed submission is the end: a further one would start around the queue. Source: Kueue v0.19.2, sparkapplication_controller.go, Finished.
        ...(!queue && { onSubmissionFailureRetries: restart.retries, onSubmissionFailureRetryInterval: interval }),
      };
    }
  }
}

function scheduled(
  { cron, timeZone, overlap, history }: NonNullable<SparkApplicationSettings["schedule"]>,
  template: JsonObject,
): JsonObject {
  return {
    schedule: cron,
    timeZone,
    concurrencyPolicy: OVERLAP[overlap],
    successfulRunHistoryLimit: history,
    failedRunHistoryLimit: history,
    template,
  };
}
