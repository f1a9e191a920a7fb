/** What an environment needs and does not create: the cluster, the cloud or a person provides it. */

import type { IConstruct } from "constructs";
import { ownerOf } from "./ownership";

/** Kinds of requirements. */
export type RequirementType =
  // Objects of the cluster. A storage class without a name is the default one.
  | "secret"
  | "config-map"
  | "volume-claim"
  | "resource-claim"
  | "resource-claim-template"
  | "storage-class"
  | "priority-class"
  | "runtime-class"
  | "ingress-class"
  | "trust-bundle"
  | "kind"
  | "nodes"
  | "feature-gate"
  // Outside of the cluster.
  | "bucket"
  | "cloud-identity"
  | "network"
  | "queue"
  | "registry"
  | "hostname";

/** One requirement. */
export interface Requirement {
  readonly type: RequirementType;
  /** Name of the object, address of a bucket, label selector of nodes. */
  readonly name: string;
  /** @default cluster-scoped, or outside of the cluster */
  readonly namespace?: string;
  /** Keys that a Secret or ConfigMap must have, sorted. @default any */
  readonly keys?: readonly string[];
  /** What it is for. */
  readonly purpose: string;
  /** Command that creates it. @default the usual one for its type */
  readonly command?: string;
  /** Paths in the environment file that ask for it, sorted. */
  readonly sources: readonly string[];
}

const REQUIREMENT = "beamstack-iac/requirement";

/** A requirement of a construct. */
export interface OwnRequirement extends Omit<Requirement, "sources"> {
  /** Path in the environment file that asks for it. @default that of the construct */
  readonly source?: string;
}

/** Records what a construct requires beyond what its objects refer to, such as a bucket. */
export function addRequirements(scope: IConstruct, requirements: readonly OwnRequirement[]): void {
  for (const { source = ownerOf(scope).source, ...requirement } of requirements)
    scope.node.addMetadata(REQUIREMENT, { ...requirement, sources: [source] });
}

/** Requirements recorded on a construct. */
export function requirementsOf(scope: IConstruct): Requirement[] {
  return scope.node.metadata.filter(({ type }) => type === REQUIREMENT).map(({ data }) => data as Requirement);
}
