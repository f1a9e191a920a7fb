/** A pool whose nodes Karpenter creates in Azure. */

import { Construct } from "constructs";
import type { AKSNodeClassSpec } from "#lib/imports/karpenter-azure/index";
import { NODE_POOL_LABEL } from "#lib/kube/node-pool";
import { addNodesOnDemand } from "#lib/kube/nodes-on-demand";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import type { SizedNodes } from "#lib/kube/provisioning";
import { azurePoolProblems } from "./checks";
import { karpenterAzurePin } from "./pin";
import type { KarpenterAzureSettings } from "./schema";

/** Props of an {@link AzureNodePool}. */
export interface AzureNodePoolProps {
  readonly pool: SizedNodes;
  /** Karpenter, which creates the nodes. */
  readonly karpenter: { readonly settings: KarpenterAzureSettings };
}

/** NodePool and AKSNodeClass of one pool. */
export class AzureNodePool extends Construct {
  public constructor(scope: Construct, id: string, { pool, karpenter }: AzureNodePoolProps) {
    super(scope, id);
    setOwner(this, karpenterAzurePin.name);
    addProblems(this, azurePoolProblems(pool, karpenter.settings, ownerOf(this).source));
    const spec = nodeClassSpec(pool, karpenter.settings) satisfies AKSNodeClassSpec;
    addNodesOnDemand(this, pool, { group: "karpenter.azure.com", version: "v1beta1", kind: "AKSNodeClass", spec });
  }
}

function nodeClassSpec(pool: SizedNodes, { imageFamily, gpuDriver, subnet, encryptionAtHost, tags }: KarpenterAzureSettings) {
  return {
    imageFamily,
    osDiskSizeGB: pool.rootVolume.bytes / 1024 ** 3,
    maxPods: pool.maxPods,
    gpu: { mode: isByAks(pool, gpuDriver) ? ("Driver" as const) : ("None" as const) },
    ...(subnet && { vnetSubnetID: subnet }),
    ...(encryptionAtHost && { security: { encryptionAtHost } }),
    tags: { ...tags, [TAG]: pool.name },
  };
}

/** The software of the GPUs, where there is one, decides about the driver. */
function isByAks({ gpuDriver }: SizedNodes, setting: KarpenterAzureSettings["gpuDriver"]): boolean {
  return gpuDriver === undefined ? setting === "aks" : gpuDriver === "image";
}

/** Names of tags contain no slash. Source: Azure Resource Manager, "Use tags". */
const TAG = NODE_POOL_LABEL.replace("/", "-");
