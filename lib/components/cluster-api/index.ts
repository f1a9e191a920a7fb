/** Cluster API: machines of a cluster that manages itself. */

export { ClusterApi } from "./cluster-api";
export { MachineNodePool } from "./machine-node-pool";
export { clusterApiPin } from "./pin";
export { type ClusterApiProps, clusterApiSchema } from "./schema";
export { clusterApi } from "./section";
