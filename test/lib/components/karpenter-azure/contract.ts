/** Karpenter on Azure in the contract suite: its settings with one pool. */

import {
  AzureNodePool,
  KarpenterAzure,
  type KarpenterAzureProps,
  karpenterAzurePin,
  karpenterAzureSchema,
} from "#lib/components/karpenter-azure/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";

const POOL = {
  name: "general",
  instanceTypes: ["Standard_ND96isr_MI300X_v5"],
  architecture: "amd64",
  capacityTypes: ["on-demand"],
  zones: [],
  labels: {},
  taints: [],
  limits: { cpu: "16", memory: "64Gi" },
  consolidation: { policy: "when-empty", after: Duration.minutes(10) },
  disruptionBudgets: [{ nodes: 1 }],
  expireAfter: "never",
  rootVolume: Size.gibibytes(100),
  maxPods: 110,
} as const;

const subnet = "/subscriptions/1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/main/subnets/nodes";

const karpenterAzure = contractEntry<KarpenterAzureProps>({
  title: "KarpenterAzure",
  pin: karpenterAzurePin,
  schema: karpenterAzureSchema,
  build: (scope, props) => {
    const subject = new KarpenterAzure(scope, "Subject", props);
    new AzureNodePool(scope, "Pool", { pool: POOL, karpenter: subject });
    // With tags only one more pool, of AMD's GPUs: what AKS cannot drive.
    if (props.gpuDriver === "aks" && props.tags) {
      const limits = { ...POOL.limits, "amd.com/gpu": "8" };
      new AzureNodePool(scope, "Amd", { pool: { ...POOL, name: "amd", limits }, karpenter: subject });
    }
  },
  smallest: {},
  variants: {
    imageFamily: { imageFamily: "AzureLinux" },
    gpuDriver: { gpuDriver: "none" },
    subnet: { subnet },
    encryptionAtHost: { encryptionAtHost: true },
    tags: { tags: { team: "ml" } },
  },
  refused: {
    "spec.wrong-value": { subnet: "nodes" },
    "karpenter-azure.driver-of-aks": { gpuDriver: "aks", tags: { team: "ml" } },
    "karpenter-azure.image-without-device-plugin": { gpuDriver: "aks", tags: { team: "ml" } },
  },
});

/** What the contract suite tries. */
export const entries = [karpenterAzure];
