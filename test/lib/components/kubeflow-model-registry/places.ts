/** What a server of Kubeflow Model Registry refers to. */

import { App, Chart } from "cdk8s";
import { ExistingDatabase, type ExistingDatabaseProps } from "#lib/components/databases/index";
import { secretRef } from "#lib/core/secret-ref";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const elsewhere = new Chart(new App(), "elsewhere");

/** A database, whose Secrets are in namespace model-registry. */
export function databaseIn(name: string, props: Partial<ExistingDatabaseProps> = {}): ExistingDatabase {
  const namespaces = ["model-registry", "models"];
  const all = { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces, ...props } as const;
  return new ExistingDatabase(elsewhere, name, { ...all, name });
}
