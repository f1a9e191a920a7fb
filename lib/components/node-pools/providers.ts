/** What each provisioner knows and allows: data, and the formula of what its nodes offer. */

import type { InstanceFacts } from "#lib/imports/instance-types/facts";
import { awsInstanceTypes, azureInstanceTypes, gcpInstanceTypes } from "#lib/imports/instance-types/index";
import { type Allocatable, karpenterAws, karpenterAzure } from "./allocatable";
import { gkeNodes, karpenterGcp } from "./allocatable-google";
import type { ProvisionedSettings } from "./schema";

/** Facts of a provisioner. */
export interface Provider {
  /** Section of the environment file that brings it. */
  readonly section: string;
  /** Instance types by name. */
  readonly types: () => Readonly<Record<string, InstanceFacts>>;
  readonly allocatable: Allocatable;
  /** Accelerators that it counts; it creates no node for a pod that asks for another one. */
  readonly resources: readonly string[];
  /** Bounds of the root volume in whole GiB. */
  readonly volume: { readonly min: number; readonly max: number };
}

/** Every provisioner, by the type of its pools. */
export const PROVIDERS: Readonly<Record<ProvisionedSettings["type"], Provider>> = {
  // Source: karpenter-provider-aws v1.14.1, pkg/providers/instancetype/types.go, computeCapacity; CRD EC2NodeClass v1, ebs.volumeSize; the image takes up to 20 GiB.
  "karpenter-aws": {
    section: "karpenter",
    types: awsInstanceTypes,
    allocatable: karpenterAws,
    resources: ["nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "habana.ai/gaudi"],
    volume: { min: 20, max: 59_000 },
  },
  // Source: karpenter-provider-azure v1.14.2, pkg/providers/instancetype/instancetype.go, computeCapacity; CRD AKSNodeClass v1beta1, osDiskSizeGB.
  "karpenter-azure": {
    section: "karpenterAzure",
    types: azureInstanceTypes,
    allocatable: karpenterAzure,
    resources: ["nvidia.com/gpu", "amd.com/gpu"],
    volume: { min: 30, max: 2_048 },
  },
  // Source: karpenter-provider-gcp v0.5.0, pkg/providers/instancetype/types.go, computeCapacity; Google, "Persistent Disk": a boot disk has at most 64 TiB.
  "karpenter-gcp": {
    section: "karpenterGcp",
    types: gcpInstanceTypes,
    allocatable: karpenterGcp,
    resources: ["nvidia.com/gpu"],
    volume: { min: 20, max: 65_536 },
  },
  // Source: Google, "Persistent Disk", and the kinds of GPUs that GKE installs a device plugin for.
  "gke-compute-class": {
    section: "gkeComputeClass",
    types: gcpInstanceTypes,
    allocatable: gkeNodes,
    resources: ["nvidia.com/gpu"],
    volume: { min: 20, max: 65_536 },
  },
};
