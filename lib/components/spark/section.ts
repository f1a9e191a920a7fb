/** Section `spark` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { type Site, section } from "#lib/environment/section";
import { definitions as apacheDefinitions } from "#lib/imports/apache-spark/index";
import { definitions } from "#lib/imports/spark-operator/index";
import type { SettingsOf } from "#lib/kube/props";
import { ApacheSparkOperator } from "./apache-operator";
import { SparkApplication } from "./application";
import { SparkConnect } from "./connect";
import { SparkHistoryServer } from "./history-server";
import { SparkOperator } from "./operator";
import { sparkPin } from "./pin";
import { type ApacheSparkOperatorProps, type SparkOperatorProps, sparkSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Spark: batch applications, scheduled ones, Spark Connect servers, and history servers. @default not installed */
    spark: typeof sparkSectionSchema;
  }
}

const HOME = { namespace: "spark-operator", priority: "beamstack-system" } as const;

/** Spark. */
export const spark = section({
  key: "spark",
  stage: "data-preparation",
  pin: sparkPin,
  crds: () => [...definitions(), ...apacheDefinitions()],
  schema: sparkSectionSchema,
  otherChartExamples: [{ operator: { type: "apache" } }],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  lineage: { reads: ["applications", "connect"].flatMap((kind) => [`${kind}.*.buckets.*`, `${kind}.*.featureStore`]) },
  build({ operator: { type, ...own }, applications, connect, history }, site) {
    const parts = [...named("applications", applications), ...named("connect", connect)];
    // The chart creates Roles in the namespaces that it watches, so that there is one without applications, too.
    const namespaces =
      parts.length > 0 ? parts.map(({ path, namespace }) => site.namespace(namespace, path)) : [site.namespace("spark", [])];
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const jobNamespaces = [...new Set(namespaces.map(({ name }) => name))].sort();
    const { operator } =
      type === "apache"
        ? new ApacheSparkOperator(scope, "Operator", { ...(own as ApacheSparkOperatorProps), jobNamespaces })
        : new SparkOperator(scope, "Operator", { ...(own as SparkOperatorProps), jobNamespaces });
    operator.node.addDependency(home, ...namespaces, site.priorityClasses);
    for (const [name, settings] of Object.entries(applications)) {
      new SparkApplication(site.part(["applications", name], { priority: "beamstack-batch" }), "Application", {
        ...settings,
        name,
        operator: type,
      });
    }
    if (type === "apache" && Object.keys(connect).length > 0) site.report(["connect"], CONNECT_OF_APACHE);
    for (const [name, settings] of Object.entries(type === "apache" ? {} : connect)) {
      for (const client of settings.clients) site.namespace(client, ["connect", name]);
      new SparkConnect(site.part(["connect", name], { priority: "beamstack-pipelines" }), "Connect", { ...settings, name });
    }
    addHistoryServers(history, site);
  },
});

const CONNECT_OF_APACHE = {
  id: "spark.connect-of-apache-operator",
  got: "Spark Connect servers with the operator of Apache, which has no kind for them",
  allowed: "Spark Connect servers with the operator of Kubeflow",
  fix: 'remove connect, or set operator: { type: "kubeflow" }',
} as const;

function addHistoryServers(history: SettingsOf<typeof sparkSectionSchema>["history"], site: Site): void {
  for (const [name, settings] of Object.entries(history)) {
    const { namespace, clients } = settings;
    for (const each of [namespace, ...clients]) site.namespace(each, ["history", name]);
    const part = site.part(["history", name], { namespace, priority: "beamstack-pipelines" });
    new SparkHistoryServer(part, "History", { ...settings, name });
  }
}

function named(key: string, parts: Readonly<Record<string, { readonly namespace: string }>>) {
  return Object.entries(parts).map(([name, { namespace }]) => ({ path: [key, name], namespace }));
}
