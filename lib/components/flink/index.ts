/** Flink: its Kubernetes operator, and session clusters that run Beam pipelines. */

export { FlinkCluster, type FlinkClusterPlace, type FlinkClusterProps } from "./flink-cluster";
export { FlinkOperator, type FlinkOperatorPlace } from "./flink-operator";
export { flinkPin } from "./pin";
export { type FlinkClusterSettings, type FlinkOperatorProps, flinkClusterDefaults, withPools } from "./props";
export { flinkClusterSchema, flinkOperatorSchema } from "./schema";
