/** Rules on LeaderWorkerSet that a schema cannot express. */

import type { Problem } from "#lib/core/problem";

/** Source: LeaderWorkerSet v0.8.0, charts/lws, which has no value for it. */
export function webhookOnHost(path: string): Problem {
  return {
    id: "leader-worker-set.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "a cluster whose API server reaches pods: the chart runs the webhooks in the pod network only",
    fix: 'set network: { webhooks: "pods" }, or leave leaderWorkerSet out: its webhook admits every group',
  };
}
