/** Flink: its Kubernetes operator, and session clusters that run Beam pipelines. */

export { flinkAlertDefaults, flinkAlerts } from "./alerts";
export { beamOnFlinkDashboard, flinkDashboard } from "./dashboards";
export type { ExistingFlinkClusterProps } from "./existing-cluster";
export { FlinkCluster, type FlinkClusterPlace, type FlinkClusterProps } from "./flink-cluster";
export { FlinkOperator, type FlinkOperatorPlace } from "./flink-operator";
export type { LoggingProps, LogLevel } from "./logging";
export { clusterMetrics, operatorMetrics } from "./metrics";
export { flinkPin } from "./pin";
export {
  type FlinkAlertThresholds,
  type FlinkClusterSettings,
  type FlinkOperatorProps,
  flinkClusterDefaults,
  flinkOperatorDefaults,
  type JobManagerProps,
  type TaskManagerProps,
  type WorkerProps,
  withPools,
} from "./props";
export type { RestartStrategy } from "./restart";
export { flinkAlertSchema, flinkClusterSchema, flinkOperatorSchema } from "./schema";
export type { CheckpointProps, SavepointProps } from "./state";
export type { DurableStorage, S3Credentials } from "./storage";
