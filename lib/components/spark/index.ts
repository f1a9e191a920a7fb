/** Spark: applications and Spark Connect servers. */

export { SparkApplication, type SparkApplicationPlace } from "./application";
export { SparkConnect, type SparkConnectPlace } from "./connect";
export { SparkOperator, type SparkOperatorPlace } from "./operator";
export { sparkPin } from "./pin";
export {
  type SparkApplicationProps,
  type SparkConnectProps,
  type SparkOperatorProps,
  sparkApplicationSchema,
  sparkConnectSchema,
  sparkOperatorSchema,
  sparkSectionSchema,
} from "./schema";
export { spark } from "./section";
