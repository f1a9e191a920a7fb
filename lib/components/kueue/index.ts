/** Kueue: queues with quotas on node pools. */

export { Cohort } from "./cohort";
export { Flavor, type FlavorProps, Topology, type TopologyProps } from "./flavors";
export { KueueOperator, type KueueOperatorPlace } from "./operator";
export { kueuePin } from "./pin";
export { Queue, type QueuePlace } from "./queue";
export { type KueueOperatorProps, kueueOperatorSchema, kueueSectionSchema, type QueueProps, queueSchema } from "./schema";
export { kueue } from "./section";
