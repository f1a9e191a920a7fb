/** Karpenter on AWS: makes nodes when pods need them. */

import { Construct } from "constructs";
import { definitions as coreDefinitions } from "#lib/imports/karpenter/index";
import { definitions as awsDefinitions } from "#lib/imports/karpenter-aws/index";
import { HelmRelease } from "#lib/kube/helm-release";
import { imageFor } from "#lib/kube/images";
import { allow, apiServerFlow, CLOUD_IDENTITY, pods } from "#lib/kube/network";
import { Operator, operatorMode } from "#lib/kube/operator";
import { setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { karpenterProblems } from "./checks";
import { definitionsChart, karpenterPin } from "./pin";
import { type KarpenterProps, karpenterDefaults } from "./props";
import { karpenterValues } from "./values";

/** Where Karpenter goes and which line asked for it. */
export interface KarpenterPlace {
  /** @default "karpenter" */
  readonly namespace?: string;
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
}

/** Karpenter: the controller, and what all its nodes have in common. */
export class Karpenter extends Construct {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** What pools take from it. */
  public readonly settings: KarpenterProps;

  public constructor(scope: Construct, id: string, props: KarpenterProps & KarpenterPlace) {
    super(scope, id);
    const { namespace = "karpenter", source, ...own } = props;
    setOwner(this, karpenterPin.name, source);
    addProblems(this, karpenterProblems(own, source ?? this.node.path));
    this.namespace = namespace;
    this.settings = own;
    const image = imageFor(this, karpenterPin.images.operator);
    const operator = new Operator(this, "Operator", {
      pin: karpenterPin,
      namespace,
      values: karpenterValues({ ...karpenterDefaults, ...own }, image),
      definitions: () => [...coreDefinitions(), ...awsDefinitions()],
    });
    if (operatorMode(this) === "helm") operator.node.addDependency(this.addDefinitions());
    this.allowFlows(own.controllerRole === undefined);
  }

  private addDefinitions(): HelmRelease {
    const { namespace } = this;
    const provides = karpenterPin.kinds.map(({ kind }) => kind);
    return new HelmRelease(this, "Definitions", { name: definitionsChart.name, namespace, chart: definitionsChart, values: {}, provides });
  }

  /** The API server and AWS alike are behind port 443. */
  private allowFlows(podIdentity: boolean): void {
    const from = pods(this.namespace);
    allow(this, [apiServerFlow("karpenter", from), ...(podIdentity ? [{ name: "karpenter-identity", from, ...CLOUD_IDENTITY.aws }] : [])]);
  }
}
