/** Namespaces of others: what is in them stays as it is. */

import type { Construct, IConstruct } from "constructs";

const FOREIGN = "beamstack-iac/foreign-namespaces";

/** Names the namespaces of others below `scope`: no network policy is written into them. Call it before `scope` has children. */
export function setForeignNamespaces(scope: Construct, names: readonly string[]): void {
  scope.node.setContext(FOREIGN, names);
}

/** Namespaces of others. */
export function foreignNamespacesOf(scope: IConstruct): readonly string[] {
  return (scope.node.tryGetContext(FOREIGN) as readonly string[] | undefined) ?? [];
}
