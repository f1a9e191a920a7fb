/** Which component and which line of the environment file a construct belongs to. */

import type { IConstruct } from "constructs";

const COMPONENT = "beamstack-iac/component";
const SOURCE = "beamstack-iac/source";

/** The component of a construct and the path in the environment file that asked for it. */
export interface Owner {
  readonly component: string;
  /** Path in the environment file, such as `flink.clusters.main`; a construct id path where there is no file. */
  readonly source: string;
}

/**
 * Says to which component everything below `scope` belongs. Call it first in a component's constructor.
 *
 * @throws when `scope` already has children
 */
export function setOwner(scope: IConstruct, component: string, source?: string): void {
  scope.node.setContext(COMPONENT, component);
  if (source !== undefined) scope.node.setContext(SOURCE, source);
}

/** The nearest owner above a construct; its stage's name where no component was named. */
export function ownerOf(scope: IConstruct): Owner {
  return {
    component: (scope.node.tryGetContext(COMPONENT) as string | undefined) ?? "custom",
    source: (scope.node.tryGetContext(SOURCE) as string | undefined) ?? scope.node.path,
  };
}
