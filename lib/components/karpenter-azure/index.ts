/** Karpenter on Azure: nodes on demand. */

export { AzureNodePool } from "./azure-node-pool";
export { KarpenterAzure } from "./karpenter-azure";
export { karpenterAzurePin } from "./pin";
export { type KarpenterAzureProps, karpenterAzureSchema } from "./schema";
export { karpenterAzure } from "./section";
