/** Spark beside the submitter: Beam's job server with Spark inside, and the worker pool that runs the transforms. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { PipelineAsk, Submission } from "#lib/kube/beam-runner";
import type { BucketSet } from "#lib/kube/bucket-set";
import { featureStoreMount } from "#lib/kube/feature-store";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { environmentVariables } from "#lib/kube/pod-parts";
import { modelMounts } from "#lib/kube/pretrained-model";
import { resources } from "#lib/kube/resources";
import { collectionMounts } from "#lib/kube/transform-collection";
import type { SparkRunnerSettings } from "./schema";

/** The submitter, which only waits. */
export const CLIENT = { cpu: 0.25, memory: Size.mebibytes(512) } as const;

/** Ports of the pod's own containers; nobody else calls them. */
const PORTS = { job: 8099, artifact: 8098, expansion: 8097, workerPool: 50_000 } as const;

/**
 * What Spark needs of Java 17; older ones ignore it. Source: Beam 2.77.0, spark_runner.py, and Spark 3.5, JavaModuleOptions.
 */
const JAVA_MODULES = [
  "-XX:+IgnoreUnrecognizedVMOptions",
  ...["java.base/sun.nio.ch", "java.base/java.nio", "java.base/java.util", "java.base/java.lang.invoke"].map(
    (name) => `--add-opens=${name}=ALL-UNNAMED`,
  ),
];

/** Images of the containers, as the pod names them, and the buckets of the pod. */
export interface SparkImages {
  readonly jobServer: string;
  readonly workers: string;
  /** What the workers read and write. */
  readonly buckets: BucketSet;
  readonly namespace: string;
}

/** Options and sidecars of a pipeline on Spark. The workers are in the pod of Spark: its executors call them on localhost (apache/beam#23932). */
export function onSpark(
  settings: SparkRunnerSettings,
  { parallelism, ...ask }: PipelineAsk,
  images: SparkImages,
): Pick<Submission, "options" | "sidecars" | "volumes"> {
  return {
    options: {
      runner: "SparkRunner",
      job_endpoint: `localhost:${PORTS.job}`,
      // The job server starts beside the submitter and needs a moment.
      job_server_timeout: 120,
      environment_type: "EXTERNAL",
      environment_config: `localhost:${PORTS.workerPool}`,
    },
    sidecars: [workerPool(settings, images, ask), jobServer(settings, parallelism, images.jobServer)],
    volumes: ["spark-tmp", "worker-tmp", "worker-venv"].map((name) => ({ name, emptyDir: { sizeLimit: `${settings.scratch}` } })),
  };
}

/** Source: runners/spark/job-server of Beam 2.77.0. Not the image's own script: a shell as first process would not pass on the signal to end. */
function jobServer({ cpu, memory }: SparkRunnerSettings, parallelism: number, image: string): JsonObject {
  return {
    name: "job-server",
    image,
    restartPolicy: "Always",
    command: ["java", "-XX:MaxRAMPercentage=70", ...JAVA_MODULES, "-cp", "jars/*", "org.apache.beam.runners.spark.SparkJobServerDriver"],
    args: [
      "--job-host=localhost",
      `--job-port=${PORTS.job}`,
      `--artifact-port=${PORTS.artifact}`,
      `--expansion-port=${PORTS.expansion}`,
      "--artifacts-dir=/tmp/artifacts",
      `--spark-master-url=local[${parallelism}]`,
    ],
    workingDir: "/opt/apache/beam",
    // Spark's own services are for executors in other pods, of which there are none.
    env: [
      { name: "SPARK_LOCAL_IP", value: "127.0.0.1" },
      { name: "SPARK_LOCAL_DIRS", value: "/tmp/spark" },
    ],
    resources: resources({ cpu, memory }),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [{ name: "spark-tmp", mountPath: "/tmp" }],
  };
}

/** The SDK image's entry point is Beam's `boot`, which starts a process for each worker that Spark asks for. */
function workerPool(
  { workers }: SparkRunnerSettings,
  { workers: image, buckets, namespace }: SparkImages,
  { featureStore, collections = [], models = [] }: Pick<PipelineAsk, "featureStore" | "collections" | "models">,
): JsonObject {
  const collected = collectionMounts(collections, namespace);
  const features = featureStore && featureStoreMount(featureStore.enter(namespace));
  return {
    name: "beam-worker",
    image,
    restartPolicy: "Always",
    args: ["--worker_pool"],
    // The pod's user has no entry in the image's passwd file: Python reads these variables instead.
    env: environmentVariables({ HOME: "/tmp", USER: "beam", ...buckets.environment, ...features?.environment, ...collected.environment }),
    resources: resources(workers),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [
      { name: "worker-tmp", mountPath: "/tmp" },
      { name: "worker-venv", mountPath: "/opt/apache/beam-venv" },
      ...(buckets.trust ? [{ ...buckets.trust.mount }] : []),
      ...(features ? [features.mount] : []),
      ...collected.mounts,
      ...modelMounts(models, namespace).mounts,
    ],
  };
}
