/** Rules on Kueue's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { joinPath, nearest } from "#lib/core/schema";
import type { Size } from "#lib/core/size";
import type { INodePool } from "#lib/kube/node-pool";
import { exceeds } from "#lib/kube/quantity";
import { nominal } from "./quota";
import type { CohortSettings, KueueSettings, QueueSettings, TopologySettings } from "./schema";

type Amounts = { readonly cpu?: number | undefined; readonly memory?: Size | undefined; readonly accelerators?: number | undefined };

const HOSTNAME = "kubernetes.io/hostname";

/** Problems of a queue by itself; `path` is its path in the file. */
export function queueSettingsProblems(settings: QueueSettings, path: string): Problem[] {
  const { quotas, cohort, preemption } = settings;
  return [
    ...quotas.flatMap((quota, index) => quotaProblems(quota, cohort, joinPath(`${path}.quotas`, [index]))),
    ...twicePools(
      quotas.map(({ pool }) => pool),
      `${path}.quotas`,
    ),
    ...(preemption.borrowUpToPriority !== undefined && preemption.reclaim === "never" ? [borrowWithoutReclaim(path)] : []),
    ...(cohort === undefined ? withoutCohort(settings, path) : []),
  ];
}

/** Source: rules of the CRD ClusterQueue v1beta2, spec.preemption. */
function borrowWithoutReclaim(path: string): Problem {
  return {
    id: "kueue.borrow-without-reclaim",
    path: `${path}.preemption.borrowUpToPriority`,
    got: "preemption while borrowing in a queue that never reclaims",
    allowed: 'borrowUpToPriority with reclaim "lower-priority" or "any"',
    fix: "set preemption.reclaim, or remove borrowUpToPriority",
  };
}

/** Source: rules of the CRD ClusterQueue v1beta2, and Kueue v0.19.2, pkg/webhooks/clusterqueue_webhook.go. */
function withoutCohort({ quotas, preemption, weight }: QueueSettings, path: string): Problem[] {
  const set = [
    ...quotas.flatMap(({ borrowing, lending }, index) => [
      ...(borrowing ? [`quotas[${index}].borrowing`] : []),
      ...(lending ? [`quotas[${index}].lending`] : []),
    ]),
    ...(preemption.reclaim === "never" ? [] : ["preemption.reclaim"]),
    ...(weight === undefined ? [] : ["weight"]),
  ];
  return set.map((key) => ({
    id: "kueue.no-cohort",
    path: `${path}.${key}`,
    got: `${key} in a queue without a cohort`,
    allowed: "quota is borrowed, lent, reclaimed and shared within a cohort only",
    fix: `set cohort, or remove ${key}`,
  }));
}

function quotaProblems(quota: QueueSettings["quotas"][number], cohort: string | undefined, path: string): Problem[] {
  const { pool, accelerators, borrowing, lending } = quota;
  const asked = [accelerators, borrowing?.accelerators, lending?.accelerators].some((amount) => (amount ?? 0) > 0);
  return [
    ...(asked && pool.capacity.resource === undefined ? [noAccelerators(pool, path)] : []),
    ...(cohort !== undefined && lending ? lendingProblems(lending, nominal(quota), `${path}.lending`) : []),
  ];
}

function noAccelerators({ name }: INodePool, path: string): Problem {
  return {
    id: "kueue.no-accelerators",
    path,
    got: `a quota of accelerators on pool ${name}, which has none`,
    allowed: "accelerators on pools that have some",
    fix: "remove accelerators, or take a pool with accelerators",
  };
}

/** Source: Kueue v0.19.2, pkg/webhooks/clusterqueue_webhook.go, validateLendingLimit. */
function lendingProblems(lending: Amounts, quota: Amounts, path: string): Problem[] {
  return exceeded(lending, quota).map(([resource, asked, limit]) => ({
    id: "kueue.lends-too-much",
    path: `${path}.${resource}`,
    got: `${asked} to lend of a quota of ${limit}`,
    allowed: "at most the quota",
    fix: "lower it, or raise the quota",
  }));
}

function exceeded(asked: Amounts, limit: Amounts): [resource: keyof Amounts, asked: string, limit: string][] {
  const rows = [
    ["cpu", asked.cpu, limit.cpu],
    ["memory", asked.memory?.bytes, limit.memory?.bytes],
    ["accelerators", asked.accelerators, limit.accelerators],
  ] as const;
  return rows
    .filter(([, amount, most]) => amount !== undefined && most !== undefined && exceeds(amount, most))
    .map(([resource]) => [resource, `${asked[resource]}`, `${limit[resource]}`]);
}

/** Source: Kueue v0.19.2, pkg/webhooks/clusterqueue_webhook.go: a flavor is in one resource group once. */
function twicePools(pools: readonly INodePool[], path: string): Problem[] {
  return pools.flatMap(({ name }, index) =>
    pools.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            id: "kueue.pool-twice",
            path: joinPath(path, [index]),
            got: `pool ${name} a second time`,
            allowed: "each pool once",
            fix: "add the amounts to the first one",
          },
        ],
  );
}

/** Problems of the section as a whole. */
export function kueueProblems(settings: KueueSettings, path: string): Problem[] {
  return [
    ...Object.entries(settings.cohorts).flatMap(([name, cohort]) => cohortProblems(name, cohort, settings, path)),
    ...Object.entries(settings.queues).flatMap(([name, queue]) => memberProblems(joinPath(`${path}.queues`, [name]), queue, settings)),
    ...topologyProblems(settings.topologies, `${path}.topologies`),
    ...poolProblems(settings.queues, `${path}.queues`),
  ];
}

function cohortProblems(name: string, cohort: CohortSettings, { cohorts, operator }: KueueSettings, path: string): Problem[] {
  const place = joinPath(`${path}.cohorts`, [name]);
  return [
    ...unknownCohort(cohort.parent, cohorts, `${place}.parent`),
    ...(isBelowItself(name, cohorts) ? [cohortCycle(name, `${place}.parent`)] : []),
    ...(cohort.weight === undefined ? [] : weightProblems(`${place}.weight`, operator.fairSharing, cohort.parent !== undefined)),
  ];
}

function memberProblems(path: string, { cohort, weight }: QueueSettings, { cohorts, operator }: KueueSettings): Problem[] {
  return [
    ...unknownCohort(cohort, cohorts, `${path}.cohort`),
    // A weight without a cohort is reported with the queue.
    ...(weight === undefined || cohort === undefined ? [] : weightProblems(`${path}.weight`, operator.fairSharing, true)),
  ];
}

function unknownCohort(name: string | undefined, cohorts: Readonly<Record<string, CohortSettings>>, path: string): Problem[] {
  if (name === undefined || name in cohorts) return [];
  const known = Object.keys(cohorts);
  const near = nearest(name, known);
  return [
    {
      id: "kueue.unknown-cohort",
      path,
      got: JSON.stringify(name),
      allowed: known.length > 0 ? known.join(", ") : "a cohort of kueue.cohorts, which has none",
      fix: near ? `did you mean ${near}?` : `declare it: kueue.cohorts: { ${JSON.stringify(name)}: {} }`,
    },
  ];
}

function isBelowItself(name: string, cohorts: Readonly<Record<string, CohortSettings>>): boolean {
  const seen = new Set<string>();
  let parent = cohorts[name]?.parent;
  while (parent !== undefined && !seen.has(parent)) {
    if (parent === name) return true;
    seen.add(parent);
    parent = cohorts[parent]?.parent;
  }
  return false;
}

/** Kueue stops admission in a cycle of cohorts. Source: CRD Cohort v1beta2, spec.parentName. */
function cohortCycle(name: string, path: string): Problem {
  return {
    id: "kueue.cohort-cycle",
    path,
    got: `cohort ${name} below itself`,
    allowed: "a tree",
    fix: "remove a parent: Kueue admits no job of a cohort in a cycle",
  };
}

function weightProblems(path: string, fairSharing: boolean, inCohort: boolean): Problem[] {
  if (fairSharing && inCohort) return [];
  return [
    {
      id: "kueue.weight-without-effect",
      path,
      got: fairSharing ? "a weight without a parent" : "a weight without fair sharing",
      allowed: "weights in cohorts, with operator.fairSharing",
      fix: fairSharing ? "set parent, or remove the weight" : "set operator: { fairSharing: true }, or remove the weight",
    },
  ];
}

/** Sources: rules of the CRDs Topology and ResourceFlavor v1beta2. */
function topologyProblems(topologies: Readonly<Record<string, TopologySettings>>, path: string): Problem[] {
  const named = Object.entries(topologies);
  const pools = named.flatMap(([name, topology]) => topology.pools.map((pool) => ({ name, pool: pool.name })));
  return [
    ...named.flatMap(([name, { levels }]) => levelProblems(levels, joinPath(path, [name, "levels"]))),
    ...pools
      .filter(({ pool }, index) => pools.findIndex((other) => other.pool === pool) !== index)
      .map(({ name, pool }) => ({
        id: "kueue.pool-in-two-topologies",
        path: joinPath(path, [name, "pools"]),
        got: `pool ${pool} in a second topology`,
        allowed: "one topology for each pool",
        fix: "remove the pool from one of them",
      })),
  ];
}

function levelProblems(levels: readonly string[], path: string): Problem[] {
  const wrong = levels.findIndex((level, index) => levels.indexOf(level) !== index || (level === HOSTNAME && index < levels.length - 1));
  if (wrong < 0) return [];
  return [
    {
      id: "kueue.topology-levels",
      path: joinPath(path, [wrong]),
      got: levels[wrong] ?? "",
      allowed: `each label once, and ${HOSTNAME} as the last`,
      fix: "order the levels from the widest to the narrowest",
    },
  ];
}

/** The quotas of all queues on a pool are more than it can have: admitted jobs would stay Pending. */
function poolProblems(queues: Readonly<Record<string, QueueSettings>>, path: string): Problem[] {
  const quotas = Object.entries(queues).flatMap(([name, queue]) =>
    queue.quotas.map((quota) => ({ name, pool: quota.pool, amounts: nominal(quota) })),
  );
  const pools = new Map(quotas.map(({ pool }) => [pool.name, pool]));
  return [...pools.values()].flatMap((pool) => {
    const own = quotas.filter((quota) => quota.pool.name === pool.name);
    const total = {
      cpu: sum(own.map(({ amounts }) => amounts.cpu)),
      bytes: sum(own.map(({ amounts }) => amounts.memory.bytes)),
      accelerators: sum(own.map(({ amounts }) => amounts.accelerators)),
    };
    const { capacity } = pool;
    const over = [
      ...(exceeds(total.cpu, capacity.cpu) ? [`${total.cpu} CPU of ${capacity.cpu}`] : []),
      ...(exceeds(total.bytes, capacity.memory.bytes) ? [`${Math.ceil(total.bytes / 1024 ** 3)}Gi memory of ${capacity.memory}`] : []),
      ...(total.accelerators > capacity.accelerators ? [`${total.accelerators} accelerators of ${capacity.accelerators}`] : []),
    ];
    if (over.length === 0) return [];
    return [
      {
        id: "kueue.quota-exceeds-pool",
        path,
        got: `quotas on pool ${pool.name} in queues ${own.map(({ name }) => name).join(", ")}: ${over.join(", ")}`,
        allowed: "in all queues together, at most what the pool can have",
        fix: "lower the quotas and let the queues of a cohort borrow from each other, or enlarge the pool: admitted jobs would stay Pending",
      },
    ];
  });
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
