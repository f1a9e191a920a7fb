/** Section `elasticsearch` of the environment file. */

import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/eck/index";
import { installedIn, isForeign } from "#lib/kube/existing";
import { webhookNeed } from "#lib/kube/network-settings";
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

/** Namespace of the operator. */
const NAMESPACE = "elastic-system";

/** Elasticsearch. */
export const elasticsearch = section({
  key: "elasticsearch",
  stage: "data-preparation",
  pin: elasticsearchPin,
  crds: definitions,
  schema: elasticsearchSectionSchema,
  declares: { vectorStore: "clusters" },
  foreign: ({ operator: { existing } }) => (existing ? [{ namespace: installedIn(existing, NAMESPACE), path: ["operator"] }] : []),
  build({ operator: own, clusters }, site) {
    const named = Object.entries(clusters);
    const namespaces = named.map(([name, { namespace }]) => site.namespace(namespace, ["clusters", name]));
    const home = site.namespace(
      isForeign(site.chart, own.existing) ? installedIn(own.existing, NAMESPACE) : NAMESPACE,
      ["operator"],
      webhookNeed(site.chart),
    );
    const scope = site.part(["operator"], { namespace: home.name, priority: "beamstack-system" });
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
