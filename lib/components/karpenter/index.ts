/** Karpenter on AWS: nodes on demand. */

export { AwsNodePool } from "./aws-node-pool";
export { Karpenter } from "./karpenter";
export { karpenterPin } from "./pin";
export { type KarpenterProps, karpenterSchema } from "./schema";
export { karpenter } from "./section";
