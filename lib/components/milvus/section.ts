/** Section `milvus` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { type NamespaceNeed, section } from "#lib/environment/section";
import { definitions } from "#lib/imports/milvus/index";
import { Milvus } from "./milvus";
import { MilvusOperator } from "./operator";
import { milvusPin } from "./pin";
import { milvusSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Milvus: vectors. @default not installed */
    milvus: typeof milvusSectionSchema;
  }
  interface DeclaredAt {
    "milvus.clusters": "vectorStore";
  }
}

const HOME = { namespace: "milvus-operator" } as const;

/** Containers that nobody can give a security context: the manager of the chart, and what copies tools into the pods of a cluster. */
const NEED: NamespaceNeed = {
  podSecurity: { level: "baseline", reason: "The operator's chart and the init container of Milvus drop no capabilities." },
};

/** Milvus. */
export const milvus = section({
  key: "milvus",
  stage: "data-preparation",
  pin: milvusPin,
  crds: definitions,
  schema: milvusSectionSchema,
  declares: { vectorStore: "clusters" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    if (own.existing === undefined) site.namespace(home.name, ["operator"], NEED);
    const operator = new MilvusOperator(scope, "Operator", own);
    const { production } = site.environment;
    for (const [name, settings] of Object.entries(clusters)) {
      site.namespace(settings.namespace, ["clusters", name], NEED);
      const part = site.part(["clusters", name], { namespace: settings.namespace, priority: "beamstack-serving" });
      site.give("vectorStore", name, new Milvus(part, name, { ...settings, name, operator, production }));
    }
  },
});
