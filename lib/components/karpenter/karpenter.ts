/** Karpenter on AWS: creates nodes when pods need them. */

import { Construct } from "constructs";
import { definitions as coreDefinitions } from "#lib/imports/karpenter/index";
import { definitions as awsDefinitions } from "#lib/imports/karpenter-aws/index";
import { HelmRelease } from "#lib/kube/helm-release";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { CLOUD_IDENTITY } from "#lib/kube/network";
import { operatorMode } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { INodeProvisioner, ReservableNodes } from "#lib/kube/provisioning";
import { addRequirements } from "#lib/kube/requirement";
import { karpenterAlerts } from "./alerts";
import { AwsNodePool } from "./aws-node-pool";
import { karpenterProblems } from "./checks";
import { crdsChart, karpenterPin } from "./pin";
import { karpenterRequirements } from "./requirements";
import { type KarpenterProps, type KarpenterSettings, karpenterSchema } from "./schema";
import { karpenterValues } from "./values";

/** Port of the controller's metrics. Source: Karpenter 1.14.1, chart value controller.metrics.port. */
const METRICS_PORT = 8080;

/** Settings of pools, which count where Karpenter exists, too. */
const KEEPS = ["clusterName", "nodes", "interruptionQueue", "nodeOverlays"];

/** CRDs of the controller and of its AWS provider. */
export function karpenterCrds() {
  return [...coreDefinitions(), ...awsDefinitions()];
}

/** Karpenter: the controller and the common settings of its nodes. */
export class Karpenter extends Construct implements INodeProvisioner, IMonitored {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** Settings that pools use. */
  public readonly settings: KarpenterSettings;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KarpenterProps) {
    super(scope, id);
    setOwner(this, karpenterPin.name);
    const settings = settingsOf(this, karpenterSchema, props, {
      checks: operatorChecks({ schema: karpenterSchema, pin: karpenterPin, keeps: KEEPS }),
    });
    addProblems(this, karpenterProblems(settings, ownerOf(this).source));
    this.settings = settings;
    const made = installOperator(this, {
      pin: karpenterPin,
      settings,
      definitions: karpenterCrds,
      values: ({ image }) => karpenterValues(settings, image),
      namespace: "karpenter",
      labels: { "app.kubernetes.io/name": "karpenter" },
      metrics: { port: METRICS_PORT },
      monitoring: { alerts: [karpenterAlerts] },
      flows: (from) => (settings.controllerRole === undefined ? [{ name: "karpenter-identity", from, ...CLOUD_IDENTITY.aws }] : []),
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.monitoring = made.monitoring;
    if (made.isForeign) return;
    if (operatorMode(this) === "helm") made.operator.node.addDependency(this.addDefinitions());
    addRequirements(this, karpenterRequirements(settings, made.namespace));
  }

  /** Image of the nodes by the name of its family. */
  public get nodeImage(): string | undefined {
    return this.settings.nodes.image.split("@")[0];
  }

  public addPool(scope: Construct, pool: ReservableNodes): AwsNodePool {
    return new AwsNodePool(scope, "AwsPool", { pool, karpenter: this });
  }

  private addDefinitions(): HelmRelease {
    const { namespace } = this;
    const provides = karpenterPin.kinds.map(({ kind }) => kind);
    return new HelmRelease(this, "Definitions", { name: crdsChart.name, namespace, chart: crdsChart, values: {}, provides });
  }
}
