/** The controller's configuration file: images and sizes of what it makes. Source: Katib v0.19.0, installs/katib-cert-manager/katib-config.yaml. */

import { stringify } from "yaml";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { resources } from "#lib/kube/resources";
import type { ITrialJob } from "#lib/kube/trial-job";
import { type Algorithm, PBT_FOLDER } from "./algorithms";
import { PORTS, SUGGESTION_ACCOUNT } from "./labels";
import { katibPin } from "./pin";

/** Name of the ConfigMap, and of its key. The controller reads it by this name. Source: Katib v0.19.0, pkg/controller.v1beta1/consts/const.go. */
export const CONFIG = { name: "katib-config", file: "katib-config.yaml" } as const;

type SuggestionImage = "hyperopt" | "optuna" | "hyperband" | "skopt" | "goptuna" | "enas" | "darts" | "pbt";

/** Which service serves an algorithm. */
const SERVICES = {
  random: "hyperopt",
  tpe: "hyperopt",
  grid: "optuna",
  "multivariate-tpe": "optuna",
  hyperband: "hyperband",
  bayesianoptimization: "skopt",
  cmaes: "goptuna",
  sobol: "goptuna",
  enas: "enas",
  darts: "darts",
  pbt: "pbt",
} as const satisfies Record<Algorithm["type"], SuggestionImage>;

/** User of the suggestion services, whose images run as root by default. */
const USER = 1000;

/** Sizes of services and sidecars. */
const SERVICE = resources({ cpu: 0.1, memory: Size.mebibytes(256) }, { memory: Size.gibibytes(1) });
const SIDECAR = resources({ cpu: 0.05, memory: Size.mebibytes(64) }, { memory: Size.mebibytes(256) });

/** What the configuration is made from. */
export interface KatibConfiguration {
  /** The image as the environment's registry has it. */
  readonly image: (name: string) => string;
  readonly replicas: number;
  /** Size of the volumes of population-based training. */
  readonly storage: Size;
  /** Jobs of other products that trials run as. */
  readonly trialJobs: readonly ITrialJob[];
}

/** Text of the configuration file. */
export function katibConfiguration({ image, replicas, storage, trialJobs }: KatibConfiguration): string {
  return stringify(
    {
      apiVersion: "config.kubeflow.org/v1beta1",
      kind: "KatibConfig",
      init: {
        controller: {
          webhookPort: PORTS.webhook,
          enableLeaderElection: replicas > 1,
          // The sidecar gets the security context of the program.
          injectSecurityContext: true,
          trialResources: trialResources(trialJobs),
        },
      },
      runtime: {
        metricsCollectors: [
          { kind: "StdOut", image: image(katibPin.images.fileCollector), resources: SIDECAR },
          { kind: "File", image: image(katibPin.images.fileCollector), resources: SIDECAR },
          { kind: "TensorFlowEvent", image: image(katibPin.images.tfEventCollector), resources: SERVICE },
        ],
        suggestions: Object.entries(SERVICES).map(([name, service]) => suggestion(name, image(katibPin.images[service]), storage)),
        earlyStoppings: [{ algorithmName: "medianstop", image: image(katibPin.images.medianstop), resources: SERVICE }],
      },
    },
    // Go's decoder knows aliases, and readers of ConfigMaps need not.
    { sortMapEntries: true, aliasDuplicateObjects: false },
  );
}

/** Kinds that the controller watches: it skips those whose CRD is missing when it starts. */
function trialResources(jobs: readonly ITrialJob[]): string[] {
  return [...new Set(["Job.v1.batch", ...jobs.map(({ kind: { kind, version, group } }) => `${kind}.${version}.${group}`)])].sort();
}

function suggestion(algorithmName: string, image: string, storage: Size): JsonObject {
  const { runAsNonRoot, runAsUser, seccompProfile } = restrictedPodSecurity(USER);
  return {
    algorithmName,
    image,
    resources: SERVICE,
    // Images write compiled Python and caches below their root.
    securityContext: { ...restrictedContainerSecurity(false), runAsNonRoot, runAsUser, seccompProfile },
    serviceAccountName: SUGGESTION_ACCOUNT,
    ...(algorithmName === "pbt" && {
      volumeMountPath: PBT_FOLDER,
      persistentVolumeClaimSpec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: `${storage}` } } },
    }),
  };
}
