/** Which component a construct belongs to, which line of the environment file asked for it, and where its objects go: context of everything below it. */

import type { IConstruct } from "constructs";
import { prefixed } from "./prefix";
import type { PriorityName } from "./priority";

const COMPONENT = "beamstack-iac/component";
const SOURCE = "beamstack-iac/source";
const NAMESPACE = "beamstack-iac/namespace";
const PRIORITY = "beamstack-iac/priority";

/** The component of a construct and the path in the environment file that asked for it. */
export interface Owner {
  readonly component: string;
  /** Path in the environment file, such as `flink.clusters.main`; a construct id path where there is no file. */
  readonly source: string;
}

/** Context of everything below a scope. */
export interface Place {
  /** Path in the environment file. @default the path of each construct */
  readonly source?: string;
  /** Namespace of objects below. @default the default of each component */
  readonly namespace?: string;
  /** Priority class of pods; it must exist. @default the cluster's default class */
  readonly priority?: PriorityName;
}

/**
 * Sets the owning component of everything below `scope`. Call it first in a component's constructor.
 *
 * @throws when `scope` already has children
 */
export function setOwner(scope: IConstruct, component: string): void {
  scope.node.setContext(COMPONENT, component);
}

/**
 * Sets the context of everything below `scope`. Absent values are inherited.
 *
 * @throws when `scope` already has children
 */
export function setPlace(scope: IConstruct, { source, namespace, priority }: Place): void {
  if (source !== undefined) scope.node.setContext(SOURCE, source);
  if (namespace !== undefined) scope.node.setContext(NAMESPACE, namespace);
  if (priority !== undefined) scope.node.setContext(PRIORITY, priority);
}

/** Owner of a construct, inherited from above; `custom` where none is set. */
export function ownerOf(scope: IConstruct): Owner {
  return {
    component: (scope.node.tryGetContext(COMPONENT) as string | undefined) ?? "custom",
    source: (scope.node.tryGetContext(SOURCE) as string | undefined) ?? scope.node.path,
  };
}

/** Namespace of the context. */
export function namespaceOf(scope: IConstruct): string | undefined {
  return scope.node.tryGetContext(NAMESPACE) as string | undefined;
}

/** Name of the priority class of the context. */
export function priorityOf(scope: IConstruct): string | undefined {
  const priority = scope.node.tryGetContext(PRIORITY) as PriorityName | undefined;
  return priority && prefixed(scope, priority);
}
