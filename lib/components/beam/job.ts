/** The submitter's Job: one container that submits and watches, and beside it the job server that turns Beam into Flink. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { Checkpointing } from "#lib/kube/beam-runner";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { resources } from "#lib/kube/resources";
import type { SecretFile } from "./compile";
import { type BeamPipelineProps, beamPipelineDefaults, type PipelineOptionValue } from "./props";

/** What the Job runs and against what. */
export interface JobPlan {
  /** Name of the Job, of its ConfigMap and of the job in Flink. */
  readonly name: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly props: BeamPipelineProps;
  readonly outcome: "finished" | "running";
  /** Checkpoints that the runner wants of this pipeline; absent for one with an end of its own. */
  readonly checkpoints: Checkpointing | undefined;
  readonly secrets: readonly SecretFile[];
  readonly images: { readonly submit: string; readonly jobServer: string };
  /** Host and port of Flink's REST API. */
  readonly flink: string;
  /** Port of the worker pool beside each task manager. */
  readonly workerPoolPort: number;
}

/** Ports of the job server. Only the submitter in the same pod calls them. */
const JOB_SERVER_PORTS = { job: 8099, artifact: 8098, expansion: 8097 } as const;

/** Folder of the submitter: its program names files relative to it. */
const FOLDER = "/beamstack";

/** Exit code with which the submitter says that Beam refuses the file: another try would end the same. */
const REFUSED = 2;

const RESOURCES = resources({ cpu: 0.25, memory: Size.mebibytes(512) }, { cpu: 2, memory: Size.gibibytes(1) });

/** The spec of the Job. Everything in it is immutable once the Job exists. */
export function jobSpec(plan: JobPlan): JsonObject {
  const { tries, timeout } = { ...beamPipelineDefaults, ...plan.props };
  return {
    backoffLimit: tries - 1,
    activeDeadlineSeconds: timeout.seconds,
    podFailurePolicy: {
      rules: [
        // A pod that a drain or a preemption takes away has not failed.
        { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        { action: "FailJob", onExitCodes: { containerName: "submit", operator: "In", values: [REFUSED] } },
      ],
    },
    template: {
      metadata: { labels: { ...plan.labels, ...identityLabels(plan.props.serviceAccountAnnotations) } },
      spec: {
        restartPolicy: "Never",
        serviceAccountName: plan.serviceAccount,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPodSecurity(),
        initContainers: [jobServer(plan)],
        containers: [submitter(plan)],
        volumes: [pipelineVolume(plan), scratch("submit-tmp"), scratch("job-server-tmp")],
      },
    },
  };
}

/** Arguments of the submitter: Beam's own, in the form `--name=value`. */
function submitArguments({ props, ...plan }: JobPlan): string[] {
  const { parallelism, allowNonRestoredState } = { ...beamPipelineDefaults, ...props };
  const restarts = props.restarts ?? (plan.outcome === "finished" ? 0 : undefined);
  const own: Readonly<Record<string, PipelineOptionValue | undefined>> = {
    yaml_pipeline_file: "pipeline.yaml",
    runner: "FlinkRunner",
    flink_master: plan.flink,
    job_endpoint: `localhost:${JOB_SERVER_PORTS.job}`,
    // The job server starts beside the submitter and needs a moment.
    job_server_timeout: 120,
    environment_type: "EXTERNAL",
    environment_config: `localhost:${plan.workerPoolPort}`,
    job_name: plan.name,
    parallelism,
    number_of_execution_retries: restarts,
    savepoint_path: props.savepoint,
    allow_non_restored_state: allowNonRestoredState || undefined,
    ...checkpointOptions(plan.checkpoints),
    ...props.options,
  };
  return Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [argument(name, value)]));
}

/**
 * Beam's runner switches checkpoints on by options of the job and reads nothing of the cluster's configuration for it.
 * Source: FlinkPipelineOptions and FlinkExecutionEnvironments of Beam 2.77.
 */
function checkpointOptions(checkpoints: Checkpointing | undefined): Readonly<Record<string, PipelineOptionValue>> {
  if (!checkpoints) return {};
  return {
    checkpointing_interval: checkpoints.interval.seconds * 1_000,
    checkpoint_timeout_millis: checkpoints.timeout.seconds * 1_000,
    // A cancelled job's last checkpoint is what a mistaken cancel is undone with.
    externalized_checkpoints_enabled: true,
    retain_externalized_checkpoints_on_cancellation: true,
  };
}

/** Beam's flags of boolean options take no value. */
function argument(name: string, value: PipelineOptionValue): string {
  return value === true ? `--${name}` : `--${name}=${value}`;
}

function submitter(plan: JobPlan): JsonObject {
  return {
    name: "submit",
    image: plan.images.submit,
    command: ["python", "submit.py"],
    args: submitArguments(plan),
    workingDir: FOLDER,
    env: [
      { name: "HOME", value: "/tmp" },
      // The user has no entry in the image's passwd file: Python asks this instead.
      { name: "USER", value: "beam" },
      { name: "PYTHONDONTWRITEBYTECODE", value: "1" },
      { name: "PYTHONUNBUFFERED", value: "1" },
    ],
    // The last lines of the log name the cause: they become the message of the failed container.
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: RESOURCES,
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [
      { name: "pipeline", mountPath: FOLDER, readOnly: true },
      { name: "submit-tmp", mountPath: "/tmp" },
    ],
  };
}

/** Java runs here and not in the SDK image, which has none. On loopback only, so that no other pod can submit through it. */
function jobServer(plan: JobPlan): JsonObject {
  const { job, artifact, expansion } = JOB_SERVER_PORTS;
  return {
    name: "job-server",
    image: plan.images.jobServer,
    restartPolicy: "Always",
    // Not the image's own script: a shell as first process would not pass on the signal to end.
    command: ["java", "-XX:MaxRAMPercentage=70", "-cp", "jars/*", "org.apache.beam.runners.flink.FlinkJobServerDriver"],
    args: [
      "--job-host=localhost",
      `--job-port=${job}`,
      `--artifact-port=${artifact}`,
      `--expansion-port=${expansion}`,
      `--artifacts-dir=${plan.props.artifacts ?? "/tmp/artifacts"}`,
      `--flink-master=${plan.flink}`,
    ],
    workingDir: "/opt/apache/beam",
    resources: RESOURCES,
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [{ name: "job-server-tmp", mountPath: "/tmp" }],
  };
}

function pipelineVolume({ name, secrets }: JobPlan): JsonObject {
  const keys = secrets.map(({ secret, file }) => ({ secret: { name: secret.name, items: [{ key: secret.key, path: file }] } }));
  return { name: "pipeline", projected: { defaultMode: 0o440, sources: [{ configMap: { name } }, ...keys] } };
}

function scratch(name: string): JsonObject {
  return { name, emptyDir: { sizeLimit: "1Gi" } };
}
