/** Node pools: where workloads run. */

export { NodePool } from "./node-pool";
export { nodePoolsPin } from "./pin";
export { poolCapacity } from "./pool-facts";
export type { KarpenterAwsPoolProps, NodePoolProps, NodeProps, PlainPoolProps } from "./props";
export { provisioned } from "./provisioned";
export { nodePoolSchema } from "./schema";
export { simulatedNodes } from "./simulated-nodes";
export { totalQuota } from "./total-quota";
