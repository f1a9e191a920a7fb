/** Flink: its Kubernetes operator, and session clusters that run Beam pipelines, and applications. */

export { FlinkApplication } from "./application";
export { type FlinkApplicationProps, flinkApplicationSchema } from "./application-schema";
export type { ExistingFlinkClusterProps } from "./existing-cluster";
export { FlinkCluster, type FlinkClusterPlace } from "./flink-cluster";
export { FlinkOperator, type FlinkOperatorPlace } from "./flink-operator";
export { FlinkObservability } from "./observability";
export { flinkPin } from "./pin";
export {
  type FlinkAlertProps,
  type FlinkClusterProps,
  type FlinkOperatorProps,
  flinkAlertSchema,
  flinkClusterSchema,
  flinkOperatorSchema,
} from "./schema";
export { flink } from "./section";
export type { DurableStorage } from "./storage";
