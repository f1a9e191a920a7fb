/** How Beam pipelines are submitted to Flink: through Beam's job server, which runs beside the submitter. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { PipelineAsk, PipelineOptions, Submission } from "#lib/kube/beam-runner";
import type { IBucket } from "#lib/kube/bucket";
import { bucketEnvironment, bucketFlows } from "#lib/kube/bucket-clients";
import { featureStoreMount } from "#lib/kube/feature-store";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { type PodsEnd, pods } from "#lib/kube/network";
import { environmentVariables } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { clusterLabels } from "./cluster-labels";
import { REST_PORT } from "./flows";
import type { FlinkClusterSettings } from "./schema";
import { WORKER_POOL_PORT } from "./worker";

/** A session cluster as submitters see it. */
export interface FlinkTarget {
  readonly name: string;
  readonly namespace: string;
  /** Image of the job server, as the pod names it. */
  readonly jobServerImage: string;
  /** Variables of the workers, which submitters need too: proxies, package indexes. @default none */
  readonly workerEnv?: Readonly<Record<string, string>> | undefined;
  /** Buckets of the workers, which Beam's transforms look into when a pipeline is expanded, too. @default none */
  readonly buckets?: readonly IBucket[] | undefined;
  /** Checkpoints that every stream makes. @default none unless a stream asks for them itself */
  readonly checkpoints?: Pick<NonNullable<FlinkClusterSettings["checkpoints"]>, "interval" | "timeout"> | undefined;
}

/** Ports of the job server. Only the submitter in the same pod calls them. */
const JOB_SERVER_PORTS = { job: 8099, artifact: 8098, expansion: 8097 } as const;

/** Host and port of a cluster's REST API. */
export function restAddressOf({ name, namespace }: Pick<FlinkTarget, "name" | "namespace">): string {
  return `${name}-rest.${namespace}:${REST_PORT}`;
}

/** The submission of a pipeline. `jobName` is the name of its Job, and of the job in Flink. */
export function submissionTo(
  target: FlinkTarget,
  ask: PipelineAsk,
  { jobName, submitter }: { readonly jobName: string; readonly submitter: PodsEnd },
): Submission {
  const rest = pods(target.namespace, clusterLabels(target.name, "jobmanager"));
  // Enrichment looks for the file when the pipeline is expanded, too.
  const features = ask.featureStore && featureStoreMount(ask.featureStore.enter(target.namespace));
  return {
    options: optionsOf(target, ask, jobName),
    sidecars: [jobServer(target, ask)],
    volumes: [{ name: "job-server-tmp", emptyDir: { sizeLimit: "1Gi" } }, ...(features ? [features.volume] : [])],
    ...(features && { mounts: [features.mount] }),
    environment: { ...features?.environment, ...target.workerEnv },
    flows: [
      { name: `pipeline.${ask.name}.to-flink`, from: submitter, to: rest, ports: [{ port: REST_PORT }] },
      ...(target.buckets ?? []).flatMap((bucket) => bucketFlows(bucket, `pipeline.${ask.name}`, submitter)),
    ],
  };
}

function optionsOf(target: FlinkTarget, ask: PipelineAsk, jobName: string): PipelineOptions {
  return {
    runner: "FlinkRunner",
    flink_master: restAddressOf(target),
    job_endpoint: `localhost:${JOB_SERVER_PORTS.job}`,
    // The job server starts beside the submitter and needs a moment.
    job_server_timeout: 120,
    environment_type: "EXTERNAL",
    environment_config: `localhost:${WORKER_POOL_PORT}`,
    job_name: jobName,
    parallelism: ask.parallelism,
    number_of_execution_retries: ask.restarts,
    savepoint_path: ask.savepoint,
    allow_non_restored_state: ask.allowNonRestoredState || undefined,
    ...(ask.streaming && checkpointOptions(target.checkpoints)),
  };
}

/**
 * Beam's runner switches checkpoints on by options of the job and reads nothing of the cluster's configuration for it.
 * Source: FlinkPipelineOptions and FlinkExecutionEnvironments of Beam 2.77.
 */
function checkpointOptions(checkpoints: FlinkTarget["checkpoints"]): PipelineOptions {
  if (!checkpoints) return {};
  return {
    checkpointing_interval: checkpoints.interval.seconds * 1_000,
    checkpoint_timeout_millis: checkpoints.timeout.seconds * 1_000,
    // A cancelled job's last checkpoint is what a mistaken cancel is undone with.
    externalized_checkpoints_enabled: true,
    retain_externalized_checkpoints_on_cancellation: true,
  };
}

/** The AWS SDK in the job server finds region and keys in variables; it has no options of file systems. */
function artifactsEnvironment({ artifacts }: PipelineAsk): JsonObject {
  if (!artifacts?.from) return {};
  const { bucket, access } = artifacts.from;
  const env = environmentVariables(bucketEnvironment(bucket.location, access));
  return env.length > 0 ? { env } : {};
}

/** Java runs here and not in the SDK image, which has none. On loopback only, so that no other pod can submit through it. */
function jobServer(target: FlinkTarget, ask: PipelineAsk): JsonObject {
  const { job, artifact, expansion } = JOB_SERVER_PORTS;
  return {
    name: "job-server",
    image: target.jobServerImage,
    restartPolicy: "Always",
    // Not the image's own script: a shell as first process would not pass on the signal to end.
    command: ["java", "-XX:MaxRAMPercentage=70", "-cp", "jars/*", "org.apache.beam.runners.flink.FlinkJobServerDriver"],
    args: [
      "--job-host=localhost",
      `--job-port=${job}`,
      `--artifact-port=${artifact}`,
      `--expansion-port=${expansion}`,
      `--artifacts-dir=${ask.artifacts?.uri ?? "/tmp/artifacts"}`,
      `--flink-master=${restAddressOf(target)}`,
    ],
    workingDir: "/opt/apache/beam",
    ...artifactsEnvironment(ask),
    resources: resources({ cpu: 0.25, memory: Size.mebibytes(512) }, { cpu: 2, memory: Size.gibibytes(1) }),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [{ name: "job-server-tmp", mountPath: "/tmp" }],
  };
}
