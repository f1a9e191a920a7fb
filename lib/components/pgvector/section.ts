/** Section `pgvector` of the environment file. */

import { section } from "#lib/environment/section";
import { PgvectorStore } from "./pgvector-store";
import { pgvectorPin } from "./pin";
import { pgvectorSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** pgvector: databases that are vector stores. @default none */
    pgvector: typeof pgvectorSectionSchema;
  }
  interface DeclaredAt {
    "pgvector.stores": "vectorStore";
  }
}

/** pgvector. */
export const pgvector = section({
  key: "pgvector",
  stage: "data-preparation",
  pin: pgvectorPin,
  schema: pgvectorSectionSchema,
  declares: { vectorStore: "stores" },
  build({ stores }, site) {
    for (const [name, settings] of Object.entries(stores)) {
      site.namespace(settings.namespace, ["stores", name]);
      const part = site.part(["stores", name], { namespace: settings.namespace });
      site.give("vectorStore", name, new PgvectorStore(part, name, { ...settings, name }));
    }
  },
});
