/** Props of databases. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema } from "#lib/core/schema";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

/** Names that need no quotes in SQL. Sources: PostgreSQL 18, "Identifiers and Key Words"; MySQL 8.4, "Schema Object Names". */
const sqlNameSchema = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: "1 to 63 of a-z, 0-9 and _, no digit first" });

const hostSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, { error: "a host name, such as db.example.com, without a port" });

const existingUserSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A user whose name and password are in Secrets that exist. */
    type: z.literal("secret"),
    /** Name of the user. */
    username: secretRefSchema,
    /** Password of the user. */
    password: secretRefSchema,
  }),
  z.strictObject({
    /** A user whose password a store of secrets has. */
    type: z.literal("store"),
    /** Name of the user. */
    username: sqlNameSchema,
    /** Password of the user. */
    password: storedSecretSchema,
  }),
]);

const tlsSchema = z.discriminatedUnion("mode", [
  z.strictObject({
    /** Checks certificate and host name of the server. */
    mode: z.literal("verify-full"),
    /** CA that signed the server's certificate, as PEM. @default the CAs of the client's system */
    ca: secretRefSchema.optional(),
  }),
  z.strictObject({
    /** Encrypts, and checks no certificate. */
    mode: z.literal("require"),
  }),
  z.strictObject({
    /** Does not encrypt. */
    mode: z.literal("disable"),
  }),
]);

const existingSchema = z.strictObject({
  /** A database that exists, such as that of a cloud. */
  type: z.literal("existing"),
  /** What the server speaks. */
  engine: z.enum(["postgres", "mysql"]),
  /** Host name of the server. */
  host: hostSchema,
  /** Port of the server. @default 5432 for postgres, 3306 for mysql */
  port: z.int().min(1).max(65_535).optional(),
  /** Name of the database. @default the name in the environment, with _ for - */
  database: sqlNameSchema.optional(),
  /** User that owns the database. */
  user: existingUserSchema,
  /** Encryption of connections. @default verify-full with the CAs of the client's system */
  tls: tlsSchema.default({ mode: "verify-full" }),
  /** Extensions that exist in the database, such as vector. @default none */
  extensions: z.array(sqlNameSchema).default([]),
  /** Namespaces that have the Secrets of this database, under the same names; clients in other namespaces are rejected. @default none, which is enough without Secrets */
  namespaces: z.array(labelNameSchema).default([]),
});

const ownerSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** The user that the server's operator creates; clients are in the server's namespace. */
    type: z.literal("server"),
  }),
  z.strictObject({
    /** A user of its own, with a Secret of type kubernetes.io/basic-auth that exists in the server's namespace. */
    type: z.literal("secret"),
    /** Name of the user. @default the name of the database */
    username: sqlNameSchema.optional(),
    /** Name of the Secret, with the keys username and password. */
    secret: labelNameSchema,
    /** Further namespaces that have the Secret, under the same name. @default none */
    namespaces: z.array(labelNameSchema).default([]),
  }),
  z.strictObject({
    /** A user of its own, whose password a store of secrets has; the Secrets are created where clients are. */
    type: z.literal("store"),
    /** Name of the user. @default the name of the database */
    username: sqlNameSchema.optional(),
    /** Password of the user. */
    password: storedSecretSchema,
  }),
]);

const inClusterSchema = z.strictObject({
  /** A database of a server in the cluster, created with its user. */
  type: z.literal("in-cluster"),
  /** Server that has the database, such as a key of `cloudnativePg.clusters`. */
  server: ref("databaseServer"),
  /** Name on the server. @default the name in the environment, with _ for - */
  database: sqlNameSchema.optional(),
  /** User that owns the database. @default the user that the server's operator creates */
  owner: ownerSchema.default({ type: "server" }),
  /** Extensions to create in the database, such as vector. @default none */
  extensions: z.array(sqlNameSchema).default([]),
});

/** A database outside of the cluster. */
export const existingDatabaseSchema = existingSchema;

/** Section `databases`: databases by name; components refer to them by it. */
export const databasesSchema = z.record(labelNameSchema, z.discriminatedUnion("type", [existingSchema, inClusterSchema]));

/** Props of a database outside of the cluster. */
export type ExistingDatabaseProps = PropsOf<typeof existingDatabaseSchema>;

/** Settings of a database outside of the cluster: its props with every default filled in. */
export type ExistingDatabaseSettings = SettingsOf<typeof existingDatabaseSchema>;

/** Settings of a database of a server in the cluster. */
export type InClusterDatabaseSettings = SettingsOf<typeof inClusterSchema>;
