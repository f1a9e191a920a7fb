/** KEDA: chart, images and kinds at the pinned version. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";
import { jobLabels } from "./labels";

const SOURCE = "KEDA v2.20.2, apis/keda/v1alpha1 and controllers/keda; kedacore/charts v2.20.2, keda";

/** The pins of KEDA. */
export const kedaPin = {
  name: "keda",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "keda",
    repository: "https://kedacore.github.io/charts",
    version: "2.20.2",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: {
    operator: "ghcr.io/kedacore/keda:2.20.2",
    metricsApiServer: "ghcr.io/kedacore/keda-metrics-apiserver:2.20.2",
    webhooks: "ghcr.io/kedacore/keda-admission-webhooks:2.20.2",
  },
  kinds: [
    {
      kind: "keda.sh/ScaledObject",
      version: "v1alpha1",
      readiness: conditionReady("Ready", SOURCE),
      replicasAt: [["spec", "minReplicaCount"]],
    },
    {
      kind: "keda.sh/ScaledJob",
      version: "v1alpha1",
      readiness: conditionReady("Ready", SOURCE),
      /** The label of the pods of its Jobs. */
      podLabels: jobLabels,
    },
  ],
  // Source: kubeVersion of the chart.
  kubernetes: { min: "1.23" },
  imports: {
    crds: [
      {
        product: "keda",
        version: "2.20.2",
        licence: "Apache-2.0",
        // Those of the chart: the folder config/crd/bases of KEDA's Go module has other limits at the same tag.
        source: { registry: "none", repository: "kedacore/charts", tag: "v2.20.2", path: "keda/templates/crds" },
        only: ["scaledobjects.keda.sh", "scaledjobs.keda.sh"],
      },
    ],
    charts: [{ chart: "keda", version: "2.20.2", licence: "Apache-2.0", source: "kedacore/charts v2.20.2, keda" }],
  },
} as const satisfies ComponentPin;
