/** Karpenter on AWS: charts, image and kinds at the pinned version. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ChartPin, ComponentPin } from "#lib/kube/pin";

const SOURCE =
  "Karpenter v1.14.1: pkg/apis/v1/nodepool_status.go, pkg/apis/v1alpha1/nodeoverlay_status.go; karpenter-provider-aws v1.14.1: pkg/apis/v1/ec2nodeclass_status.go, charts";

/** Ready is also False while Karpenter looks up subnets, images and profiles, so only a rejected spec counts as failed. */
const readiness = conditionReady("Ready", SOURCE, { failed: "ValidationSucceeded" });

const REPOSITORY = "oci://public.ecr.aws/karpenter";

/** The chart of the CRDs: Helm does not upgrade CRDs in a chart's `crds` folder. */
export const crdsChart: ChartPin = { name: "karpenter-crd", repository: REPOSITORY, version: "1.14.1" };

/** The pins of Karpenter. */
export const karpenterPin = {
  name: "karpenter",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: { name: "karpenter", repository: REPOSITORY, version: "1.14.1", imagePullSecretsAt: ["imagePullSecrets"] },
  images: { operator: "public.ecr.aws/karpenter/controller:1.14.1" },
  kinds: [
    { kind: "karpenter.k8s.aws/EC2NodeClass", version: "v1", readiness },
    { kind: "karpenter.sh/NodePool", version: "v1", readiness },
    { kind: "karpenter.sh/NodeOverlay", version: "v1alpha1", readiness },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "karpenter",
        version: "1.14.1",
        licence: "Apache-2.0",
        source: { registry: "go", module: "sigs.k8s.io/karpenter", version: "v1.14.1", path: "pkg/apis/crds" },
      },
      {
        product: "karpenter-aws",
        version: "1.14.1",
        licence: "Apache-2.0",
        source: {
          registry: "go",
          module: "github.com/aws/karpenter-provider-aws",
          version: "v1.14.1",
          path: "pkg/apis/crds/karpenter.k8s.aws_ec2nodeclasses.yaml",
        },
      },
    ],
    charts: [
      {
        chart: "karpenter",
        version: "1.14.1",
        licence: "Apache-2.0",
        source: "aws/karpenter-provider-aws v1.14.1, charts/karpenter",
      },
      {
        chart: "karpenter-crd",
        version: "1.14.1",
        licence: "Apache-2.0",
        source: "aws/karpenter-provider-aws v1.14.1, charts/karpenter-crd",
      },
    ],
  },
} as const satisfies ComponentPin;
