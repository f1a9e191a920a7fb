/** Databases outside of the cluster in the contract suite. They create no objects, so each has a client in its first namespace. */

import type { Construct } from "constructs";
import { databasesPin, ExistingDatabase, type ExistingDatabaseProps, existingDatabaseSchema } from "#lib/components/databases/index";
import { secretRef } from "#lib/core/secret-ref";
import { contractEntry } from "../../../contract/entry";
import { DatabaseClient } from "./client";
import { FakeSecretStore } from "./fake-store";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const store = new FakeSecretStore("vault");
const stored = { type: "store", username: "app", password: { type: "stored-secret", store, key: "prod/db" } } as const;

const existing = contractEntry<ExistingDatabaseProps>({
  title: "ExistingDatabase",
  pin: databasesPin,
  schema: existingDatabaseSchema,
  build: (scope: Construct, props) => {
    const database = new ExistingDatabase(scope, "Subject", { ...props, name: "subject" });
    new DatabaseClient(scope, "Client", database, props.namespaces?.includes("others") ? "others" : "clients");
  },
  smallest: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["clients"] },
  variants: {
    type: { database: "other" },
    engine: { engine: "mysql" },
    host: { host: "other.example.com" },
    port: { port: 6432 },
    database: { database: "other" },
    user: { user: { ...user, password: secretRef("db", "other") } },
    tls: { tls: { mode: "verify-full", ca: secretRef("db-ca", "ca.crt") } },
    extensions: { extensions: ["vector"] },
    namespaces: { namespaces: ["others"] },
  },
  refused: {
    "spec.wrong-value": { host: "https://db.example.com" },
    "databases.secrets-without-namespaces": { namespaces: [] },
    "databases.namespaces-without-secrets": { user: stored },
    "databases.client-without-secrets": { namespaces: ["elsewhere"] },
    "databases.extensions-of-mysql": { engine: "mysql", extensions: ["vector"] },
  },
});

/** What the contract suite tries. */
export const entries = [existing];
