/** Context of rules besides the objects. */

import type { INodePool } from "#lib/kube/node-pool";
import type { OwnedKind } from "#lib/kube/pin";
import type { IQueue } from "#lib/kube/queue";

/** A node pool: name, selector and capacity. */
export type PoolLimits = Pick<INodePool, "name" | "nodeSelector" | "shapes" | "capacity">;

/** A queue: what it can admit, and the labels of what waits in it. */
export type QueueLimits = Pick<IQueue, "name" | "shares" | "admits">;

/** A violation of a rule that somebody answers for, such as a driver that needs a privileged pod. */
export interface RuleException {
  /** Id of the rule, such as `no-privileged`. */
  readonly rule: string;
  /** Id of the object, such as `apps/DaemonSet/drivers/gpu`. */
  readonly object: string;
  /** Reason, in one sentence. */
  readonly reason: string;
}

/** Facts of the environment. */
export interface CheckContext {
  /** Are the production rules enforced? */
  readonly production: boolean;
  /** Registry, with an optional path prefix, that every image must come from. @default any registry */
  readonly imageRegistry?: string;
  /** Namespaces that exist and are not part of the release. @default none */
  readonly existingNamespaces?: readonly string[];
  /** Violations that are accepted; one that nothing violates is a problem. @default none */
  readonly exceptions?: readonly RuleException[];
  /** Every node pool of the environment; without pools the capacity of the cluster is unknown. */
  readonly pools: readonly PoolLimits[];
  /** Every queue of the environment. @default none */
  readonly queues?: readonly QueueLimits[];
  /** Custom kinds of every component, as their pins have them. */
  readonly kinds: readonly OwnedKind[];
}
