/** The submitter's Job: a container that submits and watches, and the runner's sidecars. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { PipelineOptionValue, Submission } from "#lib/kube/beam-runner";
import type { BucketSet } from "#lib/kube/bucket-set";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { secretVolume, tokenMount, tokenVolume } from "#lib/kube/pod-parts";
import { pullSecretList } from "#lib/kube/pull-secrets";
import { resources } from "#lib/kube/resources";
import type { SecretFile } from "./compile";
import type { BeamPipelineSettings } from "./schema";
import { submitterVariables } from "./submitter-environment";

/** Inputs of the Job. */
export interface JobPlan {
  /** Name of the Job and of its ConfigMap. */
  readonly name: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: BeamPipelineSettings;
  readonly secrets: readonly SecretFile[];
  /** Paths of the pipeline's files. */
  readonly files: readonly string[];
  /** Image of the submitter. */
  readonly image: string;
  readonly submission: Submission;
  /** Buckets of the pod. @default none */
  readonly buckets?: BucketSet | undefined;
  /** Does the submitter keep state in the API server? */
  readonly keepsState: boolean;
  /** Namespace of the runner. */
  readonly runnerNamespace: string;
  /** Names of Secrets with the keys of private registries. */
  readonly pullSecrets: readonly string[];
}

/** Working directory of the submitter. */
const FOLDER = "/beamstack";

/** Exit codes of the submitter after which a retry would fail again: Beam rejects the file, or a stream went back to its last version. */
const FINAL = [2, 3];

/** The volume with a token of the API server, which only the submitter mounts. */
const TOKEN_VOLUME = "state-token";

const RESOURCES = resources({ cpu: 0.25, memory: Size.mebibytes(512) }, { cpu: 2, memory: Size.gibibytes(1) });

/** How late a run may start. The controller of CronJobs checks every ten seconds, and may be away. */
const LATE_SECONDS = 3600;

/** The Job, or what starts one for each run. */
export function submitterJob(plan: JobPlan): { readonly kind: "Job" | "CronJob"; readonly spec: JsonObject } {
  const { schedule } = plan.settings;
  const spec = jobSpec(plan);
  if (schedule === undefined) return { kind: "Job", spec };
  const { cron, timeZone } = schedule;
  return {
    kind: "CronJob",
    spec: {
      schedule: cron,
      ...(timeZone !== undefined && { timeZone }),
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: LATE_SECONDS,
      jobTemplate: { metadata: { labels: { ...plan.labels } }, spec },
    },
  };
}

/** The spec of the Job, which is immutable. */
function jobSpec(plan: JobPlan): JsonObject {
  const { tries, timeout, serviceAccountAnnotations } = plan.settings;
  const { sidecars, volumes, pod } = plan.submission;
  return {
    backoffLimit: tries - 1,
    activeDeadlineSeconds: timeout.seconds,
    podFailurePolicy: {
      rules: [
        // A drained or preempted pod has not failed.
        { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        { action: "FailJob", onExitCodes: { containerName: "submit", operator: "In", values: FINAL } },
      ],
    },
    template: {
      metadata: { labels: { ...plan.labels, ...identityLabels(serviceAccountAnnotations) } },
      spec: {
        restartPolicy: "Never",
        serviceAccountName: plan.serviceAccount,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        ...(plan.pullSecrets.length > 0 && { imagePullSecrets: pullSecretList([], plan.pullSecrets) }),
        securityContext: restrictedPodSecurity(),
        ...pod?.placement,
        ...(sidecars.length > 0 && { initContainers: sidecars }),
        containers: [submitter(plan)],
        volumes: [
          pipelineVolume(plan),
          { name: "submit-tmp", emptyDir: { sizeLimit: `${pod?.scratch ?? "1Gi"}` } },
          ...trustVolumes(plan),
          ...(plan.keepsState ? [tokenVolume(TOKEN_VOLUME)] : []),
          ...volumes,
        ],
      },
    },
  };
}

/** Arguments of the submitter: Beam options as `--name=value`. */
function submitArguments({ settings, submission }: JobPlan): string[] {
  const all = { yaml_pipeline_file: "pipeline.yaml", ...submission.options, ...settings.options };
  return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [argument(name, value)]));
}

/** Boolean options of Beam are flags without a value. */
function argument(name: string, value: PipelineOptionValue): string {
  return value === true ? `--${name}` : `--${name}=${value}`;
}

function submitter(plan: JobPlan): JsonObject {
  return {
    name: "submit",
    image: plan.image,
    command: ["python", "submit.py"],
    args: submitArguments(plan),
    workingDir: FOLDER,
    env: submitterVariables({
      settings: plan.settings,
      runner: { ...plan.buckets?.environment, ...plan.submission.environment },
      namespace: plan.runnerNamespace,
    }),
    // The last lines of the log name the cause: Kubernetes uses them as termination message.
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: plan.submission.pod ? resources(plan.submission.pod.resources) : RESOURCES,
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [
      { name: "pipeline", mountPath: FOLDER, readOnly: true },
      { name: "submit-tmp", mountPath: "/tmp" },
      ...(plan.buckets?.trust ? [{ ...plan.buckets.trust.mount }] : []),
      ...(plan.keepsState ? [tokenMount(TOKEN_VOLUME)] : []),
      ...(plan.submission.mounts ?? []),
    ],
  };
}

function trustVolumes({ buckets }: JobPlan): JsonObject[] {
  return buckets?.trust ? [secretVolume(buckets.trust.volume)] : [];
}

/** A ConfigMap's keys have no `/`, and no path of a file has `..`. */
function keyOfFile(path: string): string {
  return path.replaceAll("/", "..");
}

/** The pipeline's files as data of a ConfigMap. */
export function configMapData(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [keyOfFile(path), text]));
}

function pipelineVolume({ name, secrets, files }: JobPlan): JsonObject {
  const items = files.map((path) => ({ key: keyOfFile(path), path }));
  const keys = secrets.map(({ secret, file }) => ({ secret: { name: secret.name, items: [{ key: secret.key, path: file }] } }));
  return { name: "pipeline", projected: { defaultMode: 0o440, sources: [{ configMap: { name, items } }, ...keys] } };
}
