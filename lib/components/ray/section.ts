/** Section `ray` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/kuberay/index";
import { rayPin } from "./pin";
import { RayCluster } from "./ray-cluster";
import { RayCronJob, RayJob } from "./ray-job";
import { RayOperator } from "./ray-operator";
import { RayService } from "./ray-service";
import { RayTrial } from "./ray-trial";
import { raySectionSchema } from "./schema";
import { sectionProblems } from "./section-checks";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Ray: distributed Python, for data preparation, batch inference and serving. @default not installed */
    ray: typeof raySectionSchema;
  }
  interface DeclaredAt {
    "ray.trials": "trialJob";
  }
}

const HOME = { namespace: "ray-system", priority: "beamstack-system" } as const;

/** Ray. */
export const ray = section({
  key: "ray",
  stage: "data-preparation",
  pin: rayPin,
  crds: definitions,
  schema: raySectionSchema,
  declares: { trialJob: "trials" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  lineage: {
    reads: ["clusters", "jobs", "trials", "services", "cronJobs"]
      .flatMap((kind) => [`${kind}.*.buckets.*`, `${kind}.*.models.*`, `${kind}.*.featureStore`])
      .concat("services.*.modelRegistry"),
    writes: ["clusters", "jobs", "trials", "cronJobs"].map((kind) => `${kind}.*.modelRegistry`),
  },
  build(settings, site) {
    const { operator: own, clusters, jobs, trials, services, cronJobs } = settings;
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const operator = new RayOperator(scope, "Operator", { ...own, cronJobs: Object.keys(cronJobs).length > 0 });
    operator.node.addDependency(home, site.priorityClasses);
    for (const { path, ...problem } of sectionProblems(settings)) site.report(path, problem);
    for (const [name, one] of Object.entries(clusters)) {
      for (const client of one.clients) site.namespace(client, ["clusters", name, "clients"]);
      const part = site.part(["clusters", name], { namespace: one.namespace, priority: "beamstack-pipelines" });
      new RayCluster(part, name, { ...one, name, operator });
    }
    for (const [name, one] of Object.entries(jobs)) {
      const part = site.part(["jobs", name], { namespace: one.namespace, priority: "beamstack-batch" });
      new RayJob(part, name, { ...one, name, operator });
    }
    for (const [name, one] of Object.entries(trials)) {
      const part = site.part(["trials", name], { namespace: one.namespace, priority: "beamstack-batch" });
      const trial = new RayTrial(part, name, { ...one, name, operator });
      trial.node.addDependency(operator);
      site.give("trialJob", name, trial);
    }
    for (const [name, one] of Object.entries(services)) {
      for (const caller of one.callers) site.namespace(caller, ["services", name, "callers"]);
      const part = site.part(["services", name], { namespace: one.namespace, priority: "beamstack-serving" });
      new RayService(part, name, { ...one, name, operator });
    }
    for (const [name, one] of Object.entries(cronJobs)) {
      const part = site.part(["cronJobs", name], { namespace: one.namespace, priority: "beamstack-batch" });
      new RayCronJob(part, name, { ...one, name, operator });
    }
  },
});
