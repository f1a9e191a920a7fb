/** First part of the names of cluster-wide objects: environments on one cluster need different ones. */

import type { Construct, IConstruct } from "constructs";

const PREFIX = "beamstack-iac/prefix";
const DEFAULT_PREFIX = "beamstack";

/** Sets the prefix of everything below `scope`. Call it before `scope` has children. */
export function setPrefix(scope: Construct, prefix: string): void {
  scope.node.setContext(PREFIX, prefix);
}

/** A name that begins with the platform's own prefix, with the prefix of `scope` instead. */
export function prefixed(scope: IConstruct, name: `${typeof DEFAULT_PREFIX}-${string}`): string {
  const prefix = (scope.node.tryGetContext(PREFIX) as string | undefined) ?? DEFAULT_PREFIX;
  return `${prefix}${name.slice(DEFAULT_PREFIX.length)}`;
}
