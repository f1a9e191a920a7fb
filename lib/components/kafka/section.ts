/** Section `kafka` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/strimzi/index";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { poolNameProblems } from "./checks";
import { KafkaCluster } from "./kafka-cluster";
import { KafkaOperator } from "./kafka-operator";
import { kafkaPin } from "./pin";
import { kafkaSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Kafka: event streams. @default not installed */
    kafka: typeof kafkaSectionSchema;
  }
  interface DeclaredAt {
    "kafka.clusters": "messageBroker";
  }
}

const HOME = { namespace: "strimzi", priority: "beamstack-system" } as const;

/** Kafka. */
export const kafka = section({
  key: "kafka",
  stage: "data-preparation",
  pin: kafkaPin,
  crds: definitions,
  schema: kafkaSectionSchema,
  chartExample: { clusters: {} },
  declares: { messageBroker: "clusters" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const named = Object.entries(clusters);
    const namespaces = named.map(([name, { namespace }]) => site.namespace(namespace, ["clusters", name]));
    const watchNamespaces = [...new Set(namespaces.map(({ name }) => name))];
    const operator = new KafkaOperator(scope, "Operator", { ...own, watchNamespaces });
    // The chart creates RoleBindings in the watched namespaces, so these must exist first.
    operator.node.addDependency(home, ...namespaces, site.priorityClasses);
    addProblems(operator, poolNameProblems(clusters, ownerOf(site.part([])).source));
    const { production } = site.environment;
    for (const [name, settings] of named) {
      const part = site.part(["clusters", name], { priority: "beamstack-serving" });
      site.give("messageBroker", name, new KafkaCluster(part, name, { ...settings, name, operator, production }));
    }
  },
});
