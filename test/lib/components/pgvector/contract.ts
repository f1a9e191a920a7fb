/** pgvector in the contract suite. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { PgvectorStore, type PgvectorStoreProps, pgvectorPin, pgvectorStoreSchema } from "#lib/components/pgvector/index";
import { VectorIndex } from "#lib/components/vector-indexes/index";
import { contractEntry } from "../../../contract/entry";
import { databaseIn } from "../mlflow/places";

const elsewhere = new Chart(new App(), "elsewhere");
const documents = databaseIn(elsewhere, "documents", { extensions: ["vector"], namespaces: ["databases", "search"] });

/** With an index, which is what a store is for. */
function build(scope: Construct, props: PgvectorStoreProps): void {
  const store = new PgvectorStore(scope, "Subject", { ...props, name: "subject" });
  new VectorIndex(scope, "Index", { store, dimensions: 384, name: "faq" });
}

const store = contractEntry<PgvectorStoreProps>({
  title: "PgvectorStore",
  pin: pgvectorPin,
  schema: pgvectorStoreSchema,
  build,
  smallest: { database: documents },
  variants: {
    database: { database: databaseIn(elsewhere, "others", { extensions: ["vector"], namespaces: ["databases"] }) },
    namespace: { namespace: "search" },
    type: { type: "halfvec" },
    m: { m: 24 },
    efConstruction: { efConstruction: 128 },
  },
  refused: {
    "spec.wrong-value": { m: 1 },
    "pgvector.database-engine": { database: databaseIn(elsewhere, "mysql-vectors", { engine: "mysql", namespaces: ["databases"] }) },
    "pgvector.no-extension": { database: databaseIn(elsewhere, "plain", { namespaces: ["databases"] }) },
    "pgvector.ef-construction": { m: 40 },
  },
});

/** What the contract suite tries. */
export const entries = [store];
