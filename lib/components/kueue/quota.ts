/** Quotas of a queue: the resource groups of its ClusterQueue, and the most that one of its jobs can have. */

import { Size } from "#lib/core/size";
import type { ClusterQueueSpec } from "#lib/imports/kueue/index";
import { formatCores } from "#lib/kube/quantity";
import type { QueueShare } from "#lib/kube/queue";
import type { QueueSettings } from "./schema";

type Quota = QueueSettings["quotas"][number];
type ResourceGroup = NonNullable<ClusterQueueSpec["resourceGroups"]>[number];
type ResourceQuota = ResourceGroup["flavors"][number]["resources"][number];

/** Amounts that are all known. */
interface Amounts {
  readonly cpu: number;
  readonly memory: Size;
  readonly accelerators: number;
}

/** The quota with the pool's capacity as default. */
export function nominal({ pool, cpu, memory, accelerators }: Quota): Amounts {
  const { capacity } = pool;
  return { cpu: cpu ?? capacity.cpu, memory: memory ?? capacity.memory, accelerators: accelerators ?? capacity.accelerators };
}

/**
 * One group of all resources: a job gets CPU, memory and accelerators on the same pool. Every flavor of a group lists the same resources in the
 * same order. Source: Kueue v0.19.2, pkg/webhooks/clusterqueue_webhook.go.
 */
export function resourceGroups(quotas: readonly Quota[]): ResourceGroup[] {
  const accelerators = acceleratorsOf(quotas);
  const flavors = quotas.map((quota) => ({
    name: quota.pool.name,
    resources: [...basic(quota), ...accelerators.map((name) => accelerated(quota, name))],
  }));
  return [{ coveredResources: ["cpu", "memory", ...accelerators], flavors }];
}

/** Resources by which pods ask for accelerators of the pools. */
function acceleratorsOf(quotas: readonly Quota[]): string[] {
  return [...new Set(quotas.flatMap(({ pool }) => pool.capacity.resource ?? []))].sort();
}

function basic(quota: Quota): ResourceQuota[] {
  const { cpu, memory } = nominal(quota);
  const { borrowing, lending } = quota;
  return [
    limited({ name: "cpu", nominalQuota: formatCores(cpu) }, text(borrowing?.cpu, formatCores), text(lending?.cpu, formatCores)),
    limited({ name: "memory", nominalQuota: `${memory}` }, text(borrowing?.memory, String), text(lending?.memory, String)),
  ];
}

/** A pool that has other accelerators, or none, gives nothing of this resource. */
function accelerated(quota: Quota, name: string): ResourceQuota {
  if (quota.pool.capacity.resource !== name) return { name, nominalQuota: "0" };
  const { borrowing, lending } = quota;
  return limited(
    { name, nominalQuota: `${nominal(quota).accelerators}` },
    text(borrowing?.accelerators, String),
    text(lending?.accelerators, String),
  );
}

function text<T>(amount: T | undefined, format: (amount: T) => string): string | undefined {
  return amount === undefined ? undefined : format(amount);
}

function limited(quota: ResourceQuota, borrowingLimit: string | undefined, lendingLimit: string | undefined): ResourceQuota {
  return { ...quota, ...(borrowingLimit !== undefined && { borrowingLimit }), ...(lendingLimit !== undefined && { lendingLimit }) };
}

/** The most that one job can have: the quota, and in a cohort what the queue may borrow. The pool is the limit in any case. */
export function shares({ quotas, cohort }: Pick<QueueSettings, "quotas" | "cohort">): QueueShare[] {
  return quotas.map((quota) => {
    const { pool, borrowing = {} } = quota;
    const { cpu, memory, accelerators } = nominal(quota);
    const most = (own: number, borrowed: number | undefined, all: number): number =>
      cohort === undefined ? own : Math.min(own + (borrowed ?? all), all);
    return {
      pool: pool.name,
      cpu: most(cpu, borrowing.cpu, pool.capacity.cpu),
      memory: Size.mebibytes(Math.floor(most(memory.inMebibytes, borrowing.memory?.inMebibytes, pool.capacity.memory.inMebibytes))),
      accelerators: most(accelerators, borrowing.accelerators, pool.capacity.accelerators),
      quota: { accelerators },
    };
  });
}
