/** Karpenter on Google Cloud: charts, image and kinds at the pinned version. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ChartPin, ComponentPin } from "#lib/kube/pin";

const SOURCE =
  "Karpenter v1.13.0: pkg/apis/v1/nodepool_status.go; cloudpilot-ai/karpenter-provider-gcp v0.5.0: pkg/apis/v1alpha1/gcenodeclass_status.go, charts";

const REPOSITORY = "https://cloudpilot-ai.github.io/karpenter-provider-gcp";

/** The chart of the CRDs: Helm does not upgrade CRDs in a chart's `crds` folder. */
export const gcpCrdsChart: ChartPin = { name: "karpenter-crd", repository: REPOSITORY, version: "0.5.0", facts: "karpenter-gcp-crd" };

/** The pins of Karpenter on Google Cloud. */
export const karpenterGcpPin = {
  name: "karpenter-gcp",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "karpenter",
    repository: REPOSITORY,
    version: "0.5.0",
    facts: "karpenter-gcp",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: { operator: "public.ecr.aws/cloudpilotai/gcp/karpenter:v0.5.0" },
  kinds: [
    // Ready is also False while images are looked up, and no condition tells a refused spec.
    { kind: "karpenter.k8s.gcp/GCENodeClass", version: "v1alpha1", readiness: conditionReady("Ready", SOURCE, { failed: false }) },
    { kind: "karpenter.sh/NodePool", version: "v1", readiness: conditionReady("Ready", SOURCE, { failed: "ValidationSucceeded" }) },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "karpenter-gcp",
        version: "0.5.0",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "cloudpilot-ai/karpenter-provider-gcp",
          tag: "v0.5.0",
          path: "charts/karpenter/crds/karpenter.k8s.gcp_gcenodeclasses.yaml",
        },
      },
    ],
    charts: [
      {
        chart: "karpenter-gcp",
        version: "0.5.0",
        licence: "Apache-2.0",
        source: "cloudpilot-ai/karpenter-provider-gcp v0.5.0, charts/karpenter",
      },
      {
        chart: "karpenter-gcp-crd",
        version: "0.5.0",
        licence: "Apache-2.0",
        source: "cloudpilot-ai/karpenter-provider-gcp v0.5.0, charts/karpenter-crd",
      },
    ],
  },
} as const satisfies ComponentPin;
