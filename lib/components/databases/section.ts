/** Section `databases` of the environment file. */

import type { Construct } from "constructs";
import { section } from "#lib/environment/section";
import type { DatabaseOwner, IDatabase } from "#lib/kube/database";
import type { SettingsOf } from "#lib/kube/props";
import { UNUSED } from "./checks";
import { databaseName, ExistingDatabase } from "./existing-database";
import { databasesPin } from "./pin";
import { databasesSchema, type InClusterDatabaseSettings } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Databases by name, outside of the cluster or of a server in it; components refer to them by it. @default none */
    databases: typeof databasesSchema;
  }
  interface DeclaredAt {
    databases: "database";
  }
}

/** Databases. */
export const databases = section({
  key: "databases",
  stage: "data-preparation",
  pin: databasesPin,
  schema: databasesSchema,
  declares: { database: "" },
  build(all, site) {
    for (const [name, settings] of Object.entries(all)) site.give("database", name, databaseOf(site.part([name]), name, settings));
  },
  finish(all, site) {
    for (const name of Object.keys(all)) {
      const database = site.all("database").get(name);
      if (database instanceof ExistingDatabase && !database.used) site.report([name], UNUSED);
    }
  },
});

function databaseOf(scope: Construct, name: string, settings: SettingsOf<typeof databasesSchema>[string]): IDatabase {
  if (settings.type === "existing") return new ExistingDatabase(scope, "Database", { ...settings, name });
  const { server, database = databaseName(name), extensions } = settings;
  return server.addDatabase(scope, { name, database, owner: ownerOf(settings, database), extensions });
}

function ownerOf({ owner }: InClusterDatabaseSettings, database: string): DatabaseOwner {
  return owner.type === "server" ? owner : { ...owner, username: owner.username ?? database };
}
