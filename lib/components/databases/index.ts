/** Databases: those outside of the cluster, and those of a server in it. */

export { type DatabasePlace, ExistingDatabase } from "./existing-database";
export { databasesPin } from "./pin";
export { databasesSchema, type ExistingDatabaseProps, existingDatabaseSchema } from "./schema";
export { databases } from "./section";
