/** Karpenter on AWS: nodes on demand. */

export { AwsNodePool } from "./aws-node-pool";
export { Karpenter } from "./karpenter";
export { karpenterPin } from "./pin";
export { type AwsNodeProps, type KarpenterProps, karpenterDefaults } from "./props";
export { karpenterSchema } from "./schema";
