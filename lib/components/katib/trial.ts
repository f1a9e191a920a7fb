/** The job of a trial: a Job at Pod Security level "restricted", or one of another product. */

import type { JsonObject } from "#lib/core/json";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { registryEnvironment } from "#lib/kube/model-registry";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { type ITrialJob, reportingPod, type TrialManifest, type TrialParameter } from "#lib/kube/trial-job";
import { searchesArchitectures } from "./algorithms";
import { EXPERIMENT_LABEL, PRIMARY } from "./labels";
import type { ExperimentSettings, TrialSettings } from "./schema";

/** What the Job of a trial takes from its experiment. */
export interface TrialContext {
  /** Name of the experiment in the environment. */
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly trial: TrialSettings;
  readonly image: string;
  readonly account: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly buckets: BucketSet;
  readonly priority: string | undefined;
  /** Variables by which the program reports metrics; none where Katib reads them. */
  readonly reports: Readonly<Record<string, string>>;
}

/** What Katib knows of the jobs of trials. */
export interface TrialRuns extends Pick<ITrialJob, "conditions"> {
  readonly container: string;
  /** Labels of the pod that reports metrics. @default every pod */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** The job without a name. */
  readonly job: (parameters: readonly TrialParameter[]) => TrialManifest;
}

/** Environment variables of the program, by name. */
export function variablesOf({ buckets, modelRegistry, env }: TrialSettings, namespace: string) {
  return {
    // Caches of libraries, which look up the name of their user: the image need not know it.
    HOME: "/tmp",
    USER: "trial",
    ...bucketSet(buckets, namespace).environment,
    ...(modelRegistry && registryEnvironment(modelRegistry)),
    ...env,
  };
}

/** What a suggestion gives to a trial. */
function suggested(settings: ExperimentSettings): readonly TrialParameter[] {
  const { algorithm, parameters } = settings;
  const placeholder = (name: string) => `\${trialParameters.${name}}`;
  if (!searchesArchitectures(algorithm)) return Object.keys(parameters).map((name) => ({ name, placeholder: placeholder(name) }));
  // Source: Katib v0.19.0, nas/enas/service.py and nas/darts/service.py.
  const names = algorithm.type === "enas" ? ["architecture", "nn_config"] : ["algorithm-settings", "search-space", "num-layers"];
  // They are lists and maps with spaces, in quotes where a shell reads them.
  const quote = isWrapped(settings) ? '"' : "";
  return names.map((name) => ({ name, placeholder: `${quote}${placeholder(name)}${quote}` }));
}

/** Does Katib's webhook join the program and its arguments to one line of a shell? Source: Katib v0.19.0, pkg/webhook/v1beta1/pod/utils.go, wrapWorkerContainer. */
export function isWrapped({ metrics }: Pick<ExperimentSettings, "metrics">): boolean {
  return metrics.type !== "push";
}

/** `spec.trialTemplate` of an experiment; `labels` are those by which a job enters its queue. */
export function trialTemplate(settings: ExperimentSettings, runs: TrialRuns, labels: Readonly<Record<string, string>>): JsonObject {
  const parameters = suggested(settings);
  return {
    primaryContainerName: runs.container,
    ...(runs.podLabels && { primaryPodLabels: { ...runs.podLabels } }),
    successCondition: runs.conditions.success,
    failureCondition: runs.conditions.failure,
    // Katib's webhook leaves out what is false.
    ...(settings.retain && { retain: true }),
    trialParameters: parameters.map(({ name }) => ({ name, reference: name })),
    trialSpec: { ...runs.job(parameters), ...(Object.keys(labels).length > 0 && { metadata: { labels: { ...labels } } }) },
  };
}

/** Trials as Jobs. */
export function batchJobs(context: TrialContext): TrialRuns {
  return {
    container: PRIMARY,
    // What the webhook writes for a Job. Source: Katib v0.19.0, experiments/v1beta1/constants.go.
    conditions: {
      success: 'status.conditions.#(type=="Complete")#|#(status=="True")#',
      failure: 'status.conditions.#(type=="Failed")#|#(status=="True")#',
    },
    job: (parameters) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      spec: { backoffLimit: 0, template: podTemplate(context, parameters) },
    }),
  };
}

/** Trials as jobs of another product. */
export function otherJobs(job: ITrialJob, reports: TrialContext["reports"]): TrialRuns {
  const { container, podLabels } = job.reporter;
  return { container, podLabels, conditions: job.conditions, job: (parameters) => job.job(parameters, reports) };
}

function podTemplate(context: TrialContext, parameters: readonly TrialParameter[]): JsonObject {
  const { name, settings, trial, image, account, annotations, buckets, priority, reports } = context;
  const { cpu, memory, scratch, accelerators, pool, user } = trial;
  const gpu = pool?.capacity.resource;
  const extended = accelerators > 0 && gpu !== undefined ? { [gpu]: accelerators } : {};
  const spec = {
    restartPolicy: "Never",
    serviceAccountName: account,
    automountServiceAccountToken: false,
    ...(priority !== undefined && { priorityClassName: priority }),
    securityContext: restrictedPodSecurity(user),
    ...placement(pool),
    containers: [
      {
        name: PRIMARY,
        image,
        imagePullPolicy: "IfNotPresent",
        command: [...trial.program, ...parameters.map((one) => `--${one.name}=${one.placeholder}`)],
        env: environmentVariables(variablesOf(trial, settings.namespace)),
        resources: resources({ cpu, memory, ephemeralStorage: scratch, extended }),
        securityContext: restrictedContainerSecurity(),
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...(buckets.trust ? [{ ...buckets.trust.mount }] : [])],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: `${scratch}` } }, ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : [])],
  };
  return {
    metadata: { labels: { [COMPONENT_LABEL]: "katib", [EXPERIMENT_LABEL]: name, ...identityLabels(annotations) } },
    spec: Object.keys(reports).length > 0 ? reportingPod(spec, reports) : spec,
  };
}
