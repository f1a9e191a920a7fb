/** Section `elasticsearch` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/eck/index";
import { ElasticOperator } from "./elastic-operator";
import { Elasticsearch } from "./elasticsearch";
import { elasticsearchPin } from "./pin";
import { elasticsearchSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Elasticsearch: documents and vectors. @default not installed */
    elasticsearch: typeof elasticsearchSectionSchema;
  }
  interface DeclaredAt {
    "elasticsearch.clusters": "vectorStore";
  }
}

const HOME = { namespace: "elastic-system", priority: "beamstack-system", canUseHostNetwork: true } as const;

/** Elasticsearch. */
export const elasticsearch = section({
  key: "elasticsearch",
  stage: "data-preparation",
  pin: elasticsearchPin,
  crds: definitions,
  schema: elasticsearchSectionSchema,
  chartExample: { clusters: {} },
  declares: { vectorStore: "clusters" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters }, site) {
    const named = Object.entries(clusters);
    const namespaces = named.map(([name, { namespace }]) => site.namespace(namespace, ["clusters", name]));
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const managedNamespaces = [...new Set(namespaces.map(({ name }) => name))];
    const operator = new ElasticOperator(scope, "Operator", { ...own, managedNamespaces });
    // The chart creates RoleBindings in the managed namespaces, so these must exist first.
    operator.node.addDependency(home, ...namespaces, site.priorityClasses);
    for (const [name, settings] of named) {
      const part = site.part(["clusters", name], { priority: "beamstack-serving" });
      site.give("vectorStore", name, new Elasticsearch(part, name, { ...settings, name, operator }));
    }
  },
});
