/** Pods of applications and servers: templates at Pod Security level "restricted". */

import type { JsonObject } from "#lib/core/json";
import type { BucketSet } from "#lib/kube/bucket-set";
import { featureStoreMount } from "#lib/kube/feature-store";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { formatCores } from "#lib/kube/quantity";
import { resources } from "#lib/kube/resources";
import { divideMemory } from "./memory";
import { SHARED_FOLDER, STEP, type Step, steps } from "./preparation";
import type { CommonSettings, PodSettings } from "./schema";

/** User of Apache's images. Source: Spark 4.0, resource-managers/kubernetes/docker, spark_uid. */
export const SPARK_USER = 185;

/** Label of all pods of an application or server, whose runs have names of their own. */
export const APPLICATION_LABEL = "beamstack-iac/spark";

/** Context of a pod besides its settings. */
export interface PodContext {
  /** Value of {@link APPLICATION_LABEL}. */
  readonly label: string;
  readonly account: string;
  readonly image: string;
  readonly priority: string | undefined;
  readonly buckets: BucketSet;
  readonly language: "jvm" | "other";
}

/** Names by which Spark finds its containers in a template. Source: Spark 4.0, Constants.scala. */
const CONTAINER = { driver: "spark-kubernetes-driver", executor: "spark-kubernetes-executor" } as const;

/** Folders that Spark writes to, besides its local directory. */
const WRITABLE = { tmp: SHARED_FOLDER, "work-dir": "/opt/spark/work-dir" } as const;

/** Size of all these folders together, in MiB. */
export const WRITABLE_MEBIBYTES = Object.keys(WRITABLE).length * 1024;

/** Local directory, for shuffles and spills. */
export const LOCAL_DIRECTORY = "/var/data/spark-local-1";

/** The template of driver and server pods, or of executors. CPU, memory and image are those of the other fields. */
export function podTemplate(
  role: keyof typeof CONTAINER,
  common: Pick<CommonSettings, "env" | "serviceAccountAnnotations" | "version" | "eventLogs" | "featureStore" | "namespace">,
  pod: PodSettings & { readonly gpus?: GpuLimit },
  context: PodContext,
): JsonObject {
  const { label, account, priority, buckets } = context;
  const features = common.featureStore && featureStoreMount(common.featureStore.enter(common.namespace));
  const env = environmentVariables({ ...buckets.environment, ...features?.environment, ...common.env });
  const scratch = { name: "spark-local-dir-1", mountPath: LOCAL_DIRECTORY };
  const mounts = Object.entries(WRITABLE).map(([volume, mountPath]) => ({ name: volume, mountPath }));
  const before = steps(buckets, common.version, role === "driver" ? common.eventLogs : undefined);
  return {
    metadata: {
      labels: { [APPLICATION_LABEL]: label, ...identityLabels({ ...common.serviceAccountAnnotations, ...buckets.annotations }) },
    },
    spec: {
      serviceAccountName: account,
      // Executors never call the API server.
      automountServiceAccountToken: role === "driver",
      ...(priority !== undefined && { priorityClassName: priority }),
      // Also a field of its own, which queues read; tolerations stand there alone, as they would be there twice.
      ...(pod.pool && { nodeSelector: { ...pod.pool.nodeSelector } }),
      securityContext: restrictedPodSecurity(SPARK_USER),
      ...(before.length > 0 && { initContainers: before.map((step) => initContainer(step, context)) }),
      containers: [
        {
          name: CONTAINER[role],
          securityContext: restrictedContainerSecurity(),
          ...(env.length > 0 && { env }),
          ...(pod.gpus && { resources: { limits: { [pod.gpus.name]: pod.gpus.quantity } } }),
          volumeMounts: [...mounts, scratch, ...(features ? [features.mount] : [])],
        },
      ],
      volumes: [
        ...Object.keys(WRITABLE).map((volume) => ({ name: volume, emptyDir: { sizeLimit: "1Gi" } })),
        { name: scratch.name, emptyDir: { sizeLimit: `${pod.scratch}` } },
        ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : []),
        ...(features ? [features.volume] : []),
      ],
    },
  };
}

/** A template on the nodes of its pool, with the tolerations of these. */
export function placedTemplate(template: JsonObject, { pool }: Pick<PodSettings, "pool">): JsonObject {
  const spec = template["spec"] as JsonObject;
  return { ...template, spec: { ...spec, ...placement(pool) } };
}

function initContainer({ name, command, args, env, readsCa }: Step, { image, buckets: { trust } }: PodContext): JsonObject {
  return {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    command: [...command],
    args: [...args],
    env: environmentVariables(env),
    resources: resources(STEP.requests, STEP.limits),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [{ name: "tmp", mountPath: WRITABLE.tmp }, ...(readsCa && trust ? [{ ...trust.mount }] : [])],
  };
}

/** Accelerators of a pod. */
export interface GpuLimit {
  readonly name: string;
  readonly quantity: number;
}

/** Size and place of a pod: fields that queues read, so they are not part of the template. */
export function podFields({ cpu, memory, pool }: PodSettings, { language }: PodContext): JsonObject {
  const { heap, overhead } = divideMemory(memory, language);
  return {
    ...placement(pool),
    cores: Math.max(1, Math.floor(cpu)),
    coreRequest: formatCores(cpu),
    memory: `${heap}m`,
    memoryOverhead: `${overhead}m`,
    // What Spark sets anyway; without it, Kueue takes the default limit of the namespace, which may be below the request, and admits nothing.
    memoryLimit: `${heap + overhead}m`,
  };
}
