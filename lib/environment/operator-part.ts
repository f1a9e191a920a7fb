/** The part `operator` of a section: where the operator stands, be it ours or one that exists. */

import type { Construct } from "constructs";
import { type Installation, installedIn, isForeign } from "#lib/kube/existing";
import { webhookNeed } from "#lib/kube/network-settings";
import type { PriorityName } from "#lib/kube/priority";
import type { INamespace, Section, Site } from "./section";

/** Where an operator is installed. */
export interface OperatorHome {
  /** Namespace of an operator that the environment installs. */
  readonly namespace: string;
  /** Where its own guide installs it: the place of one that exists. @default the same */
  readonly usual?: string;
  /** Path of the operator's props below the section. @default ["operator"] */
  readonly path?: readonly string[];
  /** Priority class of its pods. @default the cluster's default class: the chart takes none */
  readonly priority?: PriorityName;
  /** Do its pods use the host's network where webhooks do? @default false */
  readonly canUseHostNetwork?: boolean;
}

/** Context of an operator. */
export interface OperatorPlace {
  /** Scope of its construct. */
  readonly scope: Construct;
  readonly home: INamespace;
}

type Existing = true | Installation | undefined;

/** The operator's scope and namespace. */
export function operatorPart(site: Site, existing: Existing, home: OperatorHome): OperatorPlace {
  const { namespace, usual = namespace, path = ["operator"], priority, canUseHostNetwork = false } = home;
  const name = isForeign(site.chart, existing) ? installedIn(existing, usual) : namespace;
  return {
    home: site.namespace(name, path, canUseHostNetwork ? webhookNeed(site.chart) : {}),
    scope: site.part(path, { namespace: name, ...(priority && { priority }) }),
  };
}

/** The namespace that belongs to the owner of an operator that exists. */
export function foreignOperator(
  existing: Existing,
  { namespace, usual = namespace, path = ["operator"] }: OperatorHome,
): ReturnType<NonNullable<Section["foreign"]>> {
  return existing === undefined ? [] : [{ namespace: installedIn(existing, usual), path }];
}
