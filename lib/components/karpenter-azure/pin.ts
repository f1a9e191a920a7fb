/** Karpenter on Azure: kinds at the pinned version. AKS installs and runs it (node auto-provisioning). */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";

const SOURCE =
  "Karpenter v1.14.1: pkg/apis/v1/nodepool_status.go; karpenter-provider-azure v1.14.2: pkg/apis/v1beta1/aksnodeclass_status.go";

/** Ready is also False while Karpenter looks up images and subnets, so only a rejected spec counts as failed. */
const readiness = conditionReady("Ready", SOURCE, { failed: "ValidationSucceeded" });

/** The pins of Karpenter on Azure. */
export const karpenterAzurePin = {
  name: "karpenter-azure",
  licence: "Apache-2.0",
  source: SOURCE,
  images: {},
  kinds: [
    { kind: "karpenter.azure.com/AKSNodeClass", version: "v1beta1", readiness },
    { kind: "karpenter.sh/NodePool", version: "v1", readiness },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "karpenter-azure",
        version: "1.14.2",
        licence: "Apache-2.0",
        source: {
          registry: "go",
          module: "github.com/Azure/karpenter-provider-azure",
          version: "v1.14.2",
          path: "pkg/apis/crds/karpenter.azure.com_aksnodeclasses.yaml",
        },
      },
    ],
  },
} as const satisfies ComponentPin;
