/** CloudNativePG: PostgreSQL in the cluster. */

export { CloudnativePgOperator, type CloudnativePgOperatorPlace } from "./cloudnative-pg-operator";
export { cloudnativePgPin } from "./pin";
export { PostgresCluster, type PostgresClusterPlace } from "./postgres-cluster";
export {
  type CloudnativePgOperatorProps,
  cloudnativePgOperatorSchema,
  cloudnativePgSectionSchema,
  type PostgresClusterProps,
  postgresClusterSchema,
} from "./schema";
export { cloudnativePg } from "./section";
