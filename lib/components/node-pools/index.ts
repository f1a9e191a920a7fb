/** Node pools: where workloads run. */

export { NodePool } from "./node-pool";
export { nodePoolsPin } from "./pin";
export { type NodePoolProps, nodePoolSchema } from "./schema";
export { nodePools } from "./section";
