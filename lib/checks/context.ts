/** What rules know beyond the objects: what the environment says of itself. */

import type { INodePool } from "#lib/kube/node-pool";
import type { OwnedKind } from "#lib/kube/pin";

/** A node pool by its name, the labels by which pods ask for it, and the most it can give. */
export type PoolLimits = Pick<INodePool, "name" | "nodeSelector" | "shapes" | "capacity">;

/** What the environment says of itself. */
export interface CheckContext {
  /** Is the environment for production? Its rules are stricter. */
  readonly production: boolean;
  /** Host, or host and path prefix, that every image must come from. @default any registry */
  readonly imageRegistry?: string;
  /** Every node pool of the environment; without any, nothing is known of what the cluster can give. */
  readonly pools: readonly PoolLimits[];
  /** Custom kinds of every component, as their pins have them. */
  readonly kinds: readonly OwnedKind[];
}
