/** Section `qdrant` of the environment file. */

import { Size } from "#lib/core/size";
import { section } from "#lib/environment/section";
import { qdrantPin } from "./pin";
import { Qdrant } from "./qdrant";
import { qdrantSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Qdrant: vectors. @default not installed */
    qdrant: typeof qdrantSectionSchema;
  }
  interface DeclaredAt {
    "qdrant.clusters": "vectorStore";
  }
}

/** Qdrant. */
export const qdrant = section({
  key: "qdrant",
  stage: "data-preparation",
  pin: qdrantPin,
  schema: qdrantSectionSchema,
  chartExample: { clusters: { vectors: { storage: Size.gibibytes(1) } } },
  declares: { vectorStore: "clusters" },
  build({ clusters }, site) {
    const { production } = site.environment;
    for (const [position, [name, settings]] of Object.entries(clusters).entries()) {
      const home = site.namespace(settings.namespace, ["clusters", name]);
      const part = site.part(["clusters", name], { namespace: home.name, priority: "beamstack-serving" });
      const cluster = new Qdrant(part, name, { ...settings, name, production, alerts: position === 0 });
      cluster.node.addDependency(home, site.priorityClasses);
      site.give("vectorStore", name, cluster);
    }
  },
});
