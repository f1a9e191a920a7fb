/** Section `vectorIndexes` of the environment file. */

import { section } from "#lib/environment/section";
import { vectorIndexesPin } from "./pin";
import { vectorIndexesSchema } from "./schema";
import { VectorIndex } from "./vector-index";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Vector indexes by name, in vector stores of the environment. @default none */
    vectorIndexes: typeof vectorIndexesSchema;
  }
  interface DeclaredAt {
    vectorIndexes: "vectorIndex";
  }
}

/** Vector indexes. */
export const vectorIndexes = section({
  key: "vectorIndexes",
  stage: "data-preparation",
  pin: vectorIndexesPin,
  schema: vectorIndexesSchema,
  declares: { vectorIndex: "" },
  build(indexes, site) {
    for (const [name, settings] of Object.entries(indexes)) {
      site.give("vectorIndex", name, new VectorIndex(site.part([name]), "Index", { ...settings, name }));
    }
  },
});
