/** A pool whose nodes Karpenter creates in Google Compute Engine. */

import { Construct } from "constructs";
import type { GCENodeClassSpec } from "#lib/imports/karpenter-gcp/index";
import { addNodesOnDemand } from "#lib/kube/nodes-on-demand";
import { setOwner } from "#lib/kube/ownership";
import type { SizedNodes } from "#lib/kube/provisioning";
import { karpenterGcpPin } from "./pin";
import type { KarpenterGcpSettings } from "./schema";

/** A pool with the type of its disks. */
export type GcpPool = SizedNodes & { readonly diskType: "pd-standard" | "pd-balanced" | "pd-ssd" | "pd-extreme" | "hyperdisk-balanced" };

/** Props of a {@link GcpNodePool}. */
export interface GcpNodePoolProps {
  readonly pool: GcpPool;
  /** Karpenter, which creates the nodes. */
  readonly karpenter: { readonly settings: KarpenterGcpSettings };
}

/** NodePool and GCENodeClass of one pool. */
export class GcpNodePool extends Construct {
  public constructor(scope: Construct, id: string, { pool, karpenter }: GcpNodePoolProps) {
    super(scope, id);
    setOwner(this, karpenterGcpPin.name);
    const spec = nodeClassSpec(pool, karpenter.settings.nodes) satisfies GCENodeClassSpec;
    addNodesOnDemand(this, pool, { group: "karpenter.k8s.gcp", version: "v1alpha1", kind: "GCENodeClass", spec });
  }
}

function nodeClassSpec(pool: GcpPool, nodes: KarpenterGcpSettings["nodes"]) {
  const { serviceAccount, gpuDriver, kmsKey, networkTags } = nodes;
  return {
    imageSelectorTerms: [imageTerm(nodes.image)],
    serviceAccount,
    disks: [{ boot: true, category: pool.diskType, sizeGiB: pool.rootVolume.bytes / 1024 ** 3, ...(kmsKey && { kmsKeyName: kmsKey }) }],
    kubeletConfiguration: { maxPods: pool.maxPods },
    // The software of the GPUs, where there is one, decides about the driver.
    gpuDriverVersion: pool.gpuDriver === undefined || pool.gpuDriver === "image" ? gpuDriver : ("disabled" as const),
    ...(networkTags.length > 0 && { networkTags }),
  };
}

/** Names of the CRD for releases of Ubuntu. */
const UBUNTU = { "22.04": "Ubuntu2204", "24.04": "Ubuntu2404" } as const;

function imageTerm(image: KarpenterGcpSettings["nodes"]["image"]): GCENodeClassSpec["imageSelectorTerms"][number] {
  const family = image.type === "ubuntu" ? UBUNTU[image.release] : "ContainerOptimizedOS";
  return { family, version: image.version };
}
