/** A Helm release as data: Pulumi, Argo CD and Flux each install it in their own way. */

import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { GroupKind } from "./object";
import type { ChartPin } from "./pin";
import { addProblems } from "./problems";
import { pullSecretsOf } from "./pull-secrets";

/** Props of a {@link HelmRelease}. */
export interface HelmReleaseProps {
  /** Release name, at most 53 characters. */
  readonly name: string;
  readonly namespace: string;
  readonly chart: ChartPin;
  /** Values that differ from the chart's; every path exists in the pinned chart. */
  readonly values: JsonObject;
  /** Kinds whose CRDs the release installs: their objects depend on it. */
  readonly provides: readonly GroupKind[];
}

/** A Helm release in the construct tree; no child, no Kubernetes object of its own. */
export class HelmRelease extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    public readonly props: HelmReleaseProps,
  ) {
    super(scope, id);
    const names = pullSecretsOf(this);
    if (props.chart.pullSecretsAs === "name" && names.length > 1) addProblems(this, [oneNameOnly(props.chart.name, names)]);
  }
}

function oneNameOnly(chart: string, names: readonly string[]): Problem {
  return {
    id: "charts.one-pull-secret",
    path: "imagePullSecrets",
    got: `${names.join(", ")} for the chart ${chart}, which takes the name of one Secret`,
    allowed: "one Secret",
    fix: "put the keys of all registries into one Secret: its .dockerconfigjson holds any number",
  };
}
