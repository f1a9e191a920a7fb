/** Section `kueue` of the environment file. */

import type { Construct } from "constructs";
import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/kueue/index";
import type { INodePool } from "#lib/kube/node-pool";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { kueueProblems } from "./checks";
import { Cohort } from "./cohort";
import { Flavor, Topology } from "./flavors";
import { KueueOperator } from "./operator";
import { kueuePin } from "./pin";
import { Queue } from "./queue";
import { type KueueSettings, kueueSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Kueue: queues that jobs wait in until quota is free. @default not installed: jobs start at once */
    kueue: typeof kueueSectionSchema;
  }
  interface DeclaredAt {
    "kueue.queues": "queue";
  }
}

const HOME = { namespace: "kueue-system", priority: "beamstack-system", canUseHostNetwork: true } as const;

/** Kueue. */
export const kueue = section({
  key: "kueue",
  stage: "compute",
  pin: kueuePin,
  crds: definitions,
  schema: kueueSectionSchema,
  chartExample: { queues: {} },
  declares: { queue: "queues" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build(settings, site) {
    const { operator: own, cohorts, queues, topologies } = settings;
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const { operator } = new KueueOperator(scope, "Operator", { ...own, topologies: Object.keys(topologies).length > 0 });
    operator.node.addDependency(home, site.priorityClasses);
    const whole = site.part([]);
    addProblems(whole, kueueProblems(settings, ownerOf(whole).source));
    const made = Object.entries(cohorts).map(([name, cohort]) => new Cohort(site.part(["cohorts", name]), "Cohort", { ...cohort, name }));
    const flavors = flavorsOf(settings, whole);
    for (const [name, queue] of Object.entries(queues)) {
      for (const namespace of queue.namespaces) site.namespace(namespace, ["queues", name]);
      const one = new Queue(site.part(["queues", name]), "Queue", { ...queue, name, flavors, admitsStatefulSets: own.statefulSets });
      one.node.addDependency(...made.filter((cohort) => cohort.name === queue.cohort));
      site.give("queue", name, one);
    }
  },
});

/** A flavor for each pool of a quota, with the topology that names the pool. */
function flavorsOf({ topologies, queues }: KueueSettings, scope: Construct): ReadonlyMap<string, Flavor> {
  const topologyOf = new Map(
    Object.entries(topologies).flatMap(([name, { levels, pools }]) => {
      const topology = new Topology(scope, `Topology-${name}`, { name, levels });
      return pools.map((pool) => [pool.name, topology] as const);
    }),
  );
  const pools = new Map<string, INodePool>(
    Object.values(queues).flatMap(({ quotas }) => quotas.map(({ pool }) => [pool.name, pool] as const)),
  );
  return new Map(
    [...pools].map(([name, pool]) => {
      const topology = topologyOf.get(name);
      return [name, new Flavor(scope, `Flavor-${name}`, { pool, ...(topology && { topology }) })];
    }),
  );
}
