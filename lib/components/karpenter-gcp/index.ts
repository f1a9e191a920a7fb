/** Karpenter on Google Cloud: nodes on demand. */

export { GcpNodePool } from "./gcp-node-pool";
export { KarpenterGcp } from "./karpenter-gcp";
export { karpenterGcpPin } from "./pin";
export { type KarpenterGcpProps, karpenterGcpSchema } from "./schema";
export { karpenterGcp } from "./section";
