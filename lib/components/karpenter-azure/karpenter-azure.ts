/** Karpenter on Azure: creates nodes when pods need them. */

import { Construct } from "constructs";
import { definitions as coreDefinitions } from "#lib/imports/karpenter/index";
import { definitions as azureDefinitions } from "#lib/imports/karpenter-azure/index";
import { ManagedKinds } from "#lib/kube/managed-kinds";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { INodeProvisioner, SizedNodes } from "#lib/kube/provisioning";
import { addRequirements } from "#lib/kube/requirement";
import { AzureNodePool } from "./azure-node-pool";
import { karpenterAzurePin } from "./pin";
import { type KarpenterAzureProps, type KarpenterAzureSettings, karpenterAzureSchema } from "./schema";

/** How the kinds come to a cluster. Source: Azure, "Node auto-provisioning". */
const PURPOSE = "AKS with node auto-provisioning: az aks update --node-provisioning-mode Auto";

/** CRDs of Karpenter and of its Azure provider. */
export function karpenterAzureCrds() {
  return [...coreDefinitions(), ...azureDefinitions()];
}

/** Karpenter as AKS runs it, and the common settings of its nodes. */
export class KarpenterAzure extends Construct implements INodeProvisioner {
  /** Settings that pools use. */
  public readonly settings: KarpenterAzureSettings;

  public constructor(scope: Construct, id: string, props: KarpenterAzureProps) {
    super(scope, id);
    setOwner(this, karpenterAzurePin.name);
    this.settings = settingsOf(this, karpenterAzureSchema, props);
    new ManagedKinds(this, "Kinds", { pin: karpenterAzurePin, definitions: karpenterAzureCrds });
    addRequirements(this, [{ type: "kind", name: "karpenter.azure.com/v1beta1 AKSNodeClass", purpose: PURPOSE }]);
  }

  public addPool(scope: Construct, pool: SizedNodes): AzureNodePool {
    return new AzureNodePool(scope, "AzurePool", { pool, karpenter: this });
  }
}
