/** The Job of a trial, at Pod Security level "restricted". */

import type { JsonObject } from "#lib/core/json";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { registryEnvironment } from "#lib/kube/model-registry";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { searchesArchitectures } from "./algorithms";
import { EXPERIMENT_LABEL, PRIMARY } from "./labels";
import type { ExperimentSettings, TrialSettings } from "./schema";

/** What trials take from their experiment. */
export interface TrialContext {
  /** Name of the experiment in the environment. */
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly image: string;
  readonly account: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly buckets: BucketSet;
  readonly priority: string | undefined;
  /** Labels of the Job, by which it enters its queue. */
  readonly queueLabels: Readonly<Record<string, string>>;
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

/** What a suggestion gives to a trial: the name of the argument, and what Katib calls it. */
function suggested({ algorithm, parameters }: ExperimentSettings): readonly { readonly name: string; readonly reference: string }[] {
  if (!searchesArchitectures(algorithm)) return Object.keys(parameters).map((name) => ({ name, reference: name }));
  // Source: Katib v0.19.0, nas/enas/service.py and nas/darts/service.py.
  const references = algorithm.type === "enas" ? ["architecture", "nn_config"] : ["algorithm-settings", "search-space", "num-layers"];
  return references.map((reference) => ({ name: reference, reference }));
}

/** `spec.trialTemplate` of an experiment. */
export function trialTemplate(context: TrialContext): JsonObject {
  const { settings } = context;
  return {
    primaryContainerName: PRIMARY,
    // What the webhook writes for a Job. Source: Katib v0.19.0, experiments/v1beta1/constants.go.
    successCondition: 'status.conditions.#(type=="Complete")#|#(status=="True")#',
    failureCondition: 'status.conditions.#(type=="Failed")#|#(status=="True")#',
    retain: settings.retain,
    trialParameters: suggested(settings).map(({ name, reference }) => ({ name, reference })),
    trialSpec: {
      apiVersion: "batch/v1",
      kind: "Job",
      ...(Object.keys(context.queueLabels).length > 0 && { metadata: { labels: { ...context.queueLabels } } }),
      spec: { backoffLimit: 0, template: podTemplate(context) },
    },
  };
}

function podTemplate({ name, settings, image, account, annotations, buckets, priority }: TrialContext): JsonObject {
  const { trial, namespace } = settings;
  const { cpu, memory, scratch, accelerators, pool, user } = trial;
  const gpu = pool?.capacity.resource;
  const extended = accelerators > 0 && gpu !== undefined ? { [gpu]: accelerators } : {};
  return {
    metadata: { labels: { [COMPONENT_LABEL]: "katib", [EXPERIMENT_LABEL]: name, ...identityLabels(annotations) } },
    spec: {
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
          command: [...trial.program, ...suggested(settings).map((one) => `--${one.name}=\${trialParameters.${one.name}}`)],
          env: environmentVariables(variablesOf(trial, namespace)),
          resources: resources({ cpu, memory, ephemeralStorage: scratch, extended }),
          securityContext: restrictedContainerSecurity(),
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...(buckets.trust ? [{ ...buckets.trust.mount }] : [])],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: `${scratch}` } }, ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : [])],
    },
  };
}
