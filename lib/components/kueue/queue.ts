/** A queue: a ClusterQueue with quotas, and a LocalQueue in each namespace whose jobs use it. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { ClusterQueueSpec } from "#lib/imports/kueue/index";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { IQueue, QueueEntry, QueueShare } from "#lib/kube/queue";
import { queueAlerts } from "./alerts";
import { queueSettingsProblems } from "./checks";
import { Flavor } from "./flavors";
import { kueuePin } from "./pin";
import { resourceGroups, shares } from "./quota";
import { type QueueProps, type QueueSettings, queueSchema } from "./schema";

/** Label by which Kueue finds the queue of a job. */
const QUEUE_LABEL = "kueue.x-k8s.io/queue-name";

const ORDER = { "best-effort-fifo": "BestEffortFIFO", "strict-fifo": "StrictFIFO" } as const;
const WITHIN = {
  never: "Never",
  "lower-priority": "LowerPriority",
  "lower-or-newer-equal-priority": "LowerOrNewerEqualPriority",
} as const;
const RECLAIM = { never: "Never", "lower-priority": "LowerPriority", any: "Any" } as const;

/** Name of a queue and the flavors of its pools. */
export interface QueuePlace {
  readonly name: string;
  /** Flavors that exist, by the name of their pool. @default the queue creates those of its quotas */
  readonly flavors?: ReadonlyMap<string, Flavor>;
  /** Does the operator admit StatefulSets? @default false */
  readonly admitsStatefulSets?: boolean;
}

/** A queue of jobs. */
export class Queue extends Construct implements IQueue, IMonitored {
  public readonly name: string;
  public readonly shares: readonly QueueShare[];
  public readonly admits: Readonly<Record<string, string>>;
  public readonly monitoring: Monitoring;
  public readonly admitsStatefulSets: boolean;
  private readonly entries = new Map<string, QueueEntry>();
  private readonly cluster: ApiObject;

  public constructor(scope: Construct, id: string, props: QueueProps & QueuePlace) {
    super(scope, id);
    const { name, flavors = new Map<string, Flavor>(), admitsStatefulSets = false, ...own } = props;
    setOwner(this, kueuePin.name);
    const settings = settingsOf(this, queueSchema, own as QueueProps, { checks: queueSettingsProblems });
    this.name = name;
    this.shares = shares(settings);
    this.admits = { [QUEUE_LABEL]: name };
    this.monitoring = { alerts: [queueAlerts(name, settings.maxWait)] };
    this.admitsStatefulSets = admitsStatefulSets;
    this.cluster = new ApiObject(this, "Resource", {
      apiVersion: "kueue.x-k8s.io/v1beta2",
      kind: "ClusterQueue",
      metadata: { name },
      spec: clusterQueueSpec(settings),
    });
    const pools = new Map(settings.quotas.map(({ pool }) => [pool.name, pool]));
    this.cluster.addDependency(
      ...[...pools.values()].map((pool) => flavors.get(pool.name) ?? new Flavor(this, `Flavor-${pool.name}`, { pool })),
    );
    for (const namespace of new Set(settings.namespaces)) this.enter(namespace);
  }

  public enter(namespace: string): QueueEntry {
    const existing = this.entries.get(namespace);
    if (existing) return existing;
    const local = new ApiObject(this, `Local-${namespace}`, {
      apiVersion: "kueue.x-k8s.io/v1beta2",
      kind: "LocalQueue",
      metadata: { name: this.name, namespace },
      spec: { clusterQueue: this.name },
    });
    local.addDependency(this.cluster);
    const entry = {
      labels: this.admits,
      podLabels: (group: string) => podLabels(group, this.name),
      // Source: Kueue v0.19.2, pkg/controller/jobs/statefulset/statefulset_webhook.go.
      statefulSetPodAnnotations: { "kueue.x-k8s.io/pod-suspending-parent": "statefulset" },
      dependency: local,
    };
    this.entries.set(namespace, entry);
    return entry;
  }
}

/** Source: Kueue v0.19.2, jobframework/reconciler.go, getPodSetsInfoFromStatus and assignQueueLabels. */
function podLabels(podSet: string, queue: string): Record<string, string> {
  return {
    "kueue.x-k8s.io/podset": podSet,
    "kueue.x-k8s.io/cluster-queue-name": queue,
    "kueue.x-k8s.io/local-queue-name": queue,
  };
}

function clusterQueueSpec({ quotas, cohort, order, preemption, weight }: QueueSettings): ClusterQueueSpec {
  const { withinQueue, reclaim, borrowUpToPriority } = preemption;
  return {
    // A LocalQueue in a namespace is what opens the queue to it.
    namespaceSelector: {},
    ...(cohort !== undefined && { cohortName: cohort }),
    queueingStrategy: ORDER[order],
    resourceGroups: resourceGroups(quotas),
    preemption: {
      withinClusterQueue: WITHIN[withinQueue],
      reclaimWithinCohort: RECLAIM[reclaim],
      ...(borrowUpToPriority !== undefined && {
        borrowWithinCohort: { policy: "LowerPriority", maxPriorityThreshold: borrowUpToPriority },
      }),
    },
    ...(weight !== undefined && { fairSharing: { weight: String(weight) } }),
  };
}
