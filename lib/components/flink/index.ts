/** Flink: its Kubernetes operator, and session clusters that run Beam pipelines. */

export { flinkAlertDefaults, flinkAlerts } from "./alerts";
export { beamOnFlinkDashboard, flinkDashboard } from "./dashboards";
export { FlinkCluster, type FlinkClusterPlace, type FlinkClusterProps } from "./flink-cluster";
export { FlinkOperator, type FlinkOperatorPlace } from "./flink-operator";
export { clusterMetrics, operatorMetrics } from "./metrics";
export { flinkPin } from "./pin";
export {
  type FlinkAlertThresholds,
  type FlinkClusterSettings,
  type FlinkOperatorProps,
  flinkClusterDefaults,
  flinkOperatorDefaults,
  withPools,
} from "./props";
export { flinkAlertSchema, flinkClusterSchema, flinkOperatorSchema } from "./schema";
