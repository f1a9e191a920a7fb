/** Section `flink` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/flink/index";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { FlinkApplication } from "./application";
import { flinkSectionSchema } from "./application-schema";
import { watchProblems } from "./checks";
import { FlinkCluster } from "./flink-cluster";
import { FlinkOperator } from "./flink-operator";
import { FlinkObservability } from "./observability";
import { flinkPin } from "./pin";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Flink, which runs Beam pipelines and applications of your own. @default not installed */
    flink: typeof flinkSectionSchema;
  }
  interface DeclaredAt {
    "flink.clusters": "beamRunner";
  }
}

/** Its quick start installs it into `default`. Source: Flink Kubernetes operator 1.15, Quick Start. */
const HOME = { namespace: "flink", usual: "default", priority: "beamstack-system" } as const;

/** Flink. */
export const flink = section({
  key: "flink",
  stage: "data-preparation",
  pin: flinkPin,
  crds: definitions,
  schema: flinkSectionSchema,
  chartExample: { clusters: {} },
  declares: { beamRunner: "clusters" },
  uses: ["certificateIssuer"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters, applications, alerts }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const watched = (own.watchNamespaces ?? []).map((name) => site.namespace(name, ["operator", "watchNamespaces"]));
    const [certificateIssuer] = site.all("certificateIssuer").values();
    const operator = new FlinkOperator(scope, "Operator", { ...own, ...(certificateIssuer && { certificateIssuer }) });
    // The chart creates RoleBindings in each watched namespace, so these must exist first.
    operator.node.addDependency(...watched, site.priorityClasses);
    new FlinkObservability(site.part([]), "Observability", alerts);
    if (alerts && !site.offers("monitoring")) site.report(["alerts"], ALERTS_WITHOUT_MONITORING);
    for (const [name, settings] of Object.entries(clusters)) {
      const part = site.part(["clusters", name], { namespace: settings.namespace, priority: "beamstack-pipelines" });
      const cluster = new FlinkCluster(part, name, { ...settings, name, operatorNamespace: home.name });
      addProblems(cluster, watchProblems(own.watchNamespaces, settings.namespace, ownerOf(cluster).source));
      site.give("beamRunner", name, cluster);
    }
    for (const [name, settings] of Object.entries(applications)) {
      const part = site.part(["applications", name], { namespace: settings.namespace, priority: "beamstack-pipelines" });
      const application = new FlinkApplication(part, name, { ...settings, name, operatorNamespace: home.name });
      addProblems(application, watchProblems(own.watchNamespaces, settings.namespace, ownerOf(application).source));
      if (Object.hasOwn(clusters, name) && clusters[name]?.namespace === settings.namespace) site.report(["applications", name], SAME_NAME);
    }
  },
});

const SAME_NAME = {
  id: "flink.name-of-cluster",
  got: "the name of a session cluster in the same namespace",
  allowed: "names that differ: both are FlinkDeployments",
  fix: "rename one of them",
};

const ALERTS_WITHOUT_MONITORING = {
  id: "flink.alerts-without-monitoring",
  got: "alert thresholds in an environment without monitoring",
  allowed: "alerts with the section monitoring",
  fix: "remove alerts, or add monitoring: {}",
};
