/** Section `dask` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/dask/index";
import { DaskCluster } from "./dask-cluster";
import { DaskJob } from "./dask-job";
import { DaskOperator } from "./operator";
import { daskPin } from "./pin";
import { daskSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Dask: distributed Python with the interfaces of pandas and NumPy, in clusters and jobs. @default not installed */
    dask: typeof daskSectionSchema;
  }
  interface DeclaredAt {
    "dask.clusters": "taskCluster";
  }
}

const HOME = { namespace: "dask-operator", priority: "beamstack-system" } as const;

/** Dask. */
export const dask = section({
  key: "dask",
  stage: "data-preparation",
  pin: daskPin,
  crds: definitions,
  schema: daskSectionSchema,
  declares: { taskCluster: "clusters" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters, jobs }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const operator = new DaskOperator(scope, "Operator", own);
    operator.operator.node.addDependency(home, site.priorityClasses);
    for (const [name, settings] of Object.entries(clusters)) {
      for (const client of settings.clients) site.namespace(client, ["clusters", name, "clients"]);
      const part = site.part(["clusters", name], { namespace: settings.namespace, priority: "beamstack-pipelines" });
      site.give("taskCluster", name, new DaskCluster(part, name, { ...settings, name, operator }));
    }
    for (const [name, settings] of Object.entries(jobs)) {
      const part = site.part(["jobs", name], { namespace: settings.namespace, priority: "beamstack-batch" });
      new DaskJob(part, name, { ...settings, name, operator });
    }
  },
});
