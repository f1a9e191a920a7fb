/** Spark: applications and Spark Connect servers. */

export { ApacheSparkOperator } from "./apache-operator";
export { SparkApplication, type SparkApplicationPlace } from "./application";
export { SparkConnect, type SparkConnectPlace } from "./connect";
export { SparkHistoryServer, type SparkHistoryServerPlace } from "./history-server";
export { SparkOperator, type SparkOperatorPlace } from "./operator";
export { sparkPin } from "./pin";
export {
  type ApacheSparkOperatorProps,
  apacheSparkOperatorSchema,
  type SparkApplicationProps,
  type SparkConnectProps,
  type SparkHistoryProps,
  type SparkOperatorProps,
  sparkApplicationSchema,
  sparkConnectSchema,
  sparkHistorySchema,
  sparkOperatorSchema,
  sparkSectionSchema,
} from "./schema";
export { spark } from "./section";
