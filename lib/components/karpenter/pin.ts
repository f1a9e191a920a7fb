/** Karpenter on AWS: charts, image and kinds at the pinned version. */

import type { JsonObject } from "#lib/core/json";
import type { ChartPin, ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE =
  "Karpenter v1.14.1: pkg/apis/v1/nodepool_status.go; karpenter-provider-aws v1.14.1: pkg/apis/v1/ec2nodeclass_status.go, charts";

const condition = (type: string, status: "True" | "False"): JsonObject => ({
  type,
  status,
  reason: status === "True" ? type : "Simulated",
  message: "simulated",
});

/**
 * Both kinds say it in the condition Ready. It is also false while subnets, images and profiles are still looked up, so only a refused
 * specification counts as failed.
 */
const conditionReady: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [{ type: "condition", name: "ValidationSucceeded", status: "False" }],
  simulated: [
    { name: "ready", afterSeconds: 1, status: { conditions: [condition("ValidationSucceeded", "True"), condition("Ready", "True")] } },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { conditions: [condition("ValidationSucceeded", "False"), condition("Ready", "False")] },
  },
  source: SOURCE,
};

const REPOSITORY = "oci://public.ecr.aws/karpenter";

/** The chart with the definitions: Helm never upgrades those that a chart carries in its folder `crds`. */
export const definitionsChart: ChartPin = { name: "karpenter-crd", repository: REPOSITORY, version: "1.14.1" };

/** The pins of Karpenter. */
export const karpenterPin = {
  name: "karpenter",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: { name: "karpenter", repository: REPOSITORY, version: "1.14.1" },
  images: { operator: "public.ecr.aws/karpenter/controller:1.14.1" },
  kinds: [
    { kind: "karpenter.k8s.aws/EC2NodeClass", version: "v1", readiness: conditionReady },
    { kind: "karpenter.sh/NodePool", version: "v1", readiness: conditionReady },
  ],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
