/** Karpenter on AWS: creates nodes when pods need them. */

import { Construct } from "constructs";
import { definitions as coreDefinitions } from "#lib/imports/karpenter/index";
import { definitions as awsDefinitions } from "#lib/imports/karpenter-aws/index";
import { existingProblems, isForeign } from "#lib/kube/existing";
import { HelmRelease } from "#lib/kube/helm-release";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, CLOUD_IDENTITY, pods } from "#lib/kube/network";
import { Operator, operatorMode } from "#lib/kube/operator";
import { namespaceOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { INodeProvisioner, ProvisionedPool } from "#lib/kube/provisioning";
import { addRequirements } from "#lib/kube/requirement";
import { AwsNodePool } from "./aws-node-pool";
import { karpenterProblems } from "./checks";
import { crdsChart, karpenterPin } from "./pin";
import { karpenterRequirements } from "./requirements";
import { type KarpenterProps, type KarpenterSettings, karpenterSchema } from "./schema";
import { karpenterValues } from "./values";

/** Port of the controller's metrics. Source: Karpenter 1.14.1, chart value controller.metrics.port. */
const METRICS_PORT = 8080;

/** Labels of the controller's pods. */
const LABELS = { "app.kubernetes.io/name": "karpenter" } as const;

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
      checks: (each, path) => [
        ...karpenterProblems(each, path),
        ...existingProblems(karpenterSchema, each, { pin: karpenterPin, path, keeps: ["clusterName", "nodes", "interruptionQueue"] }),
      ],
    });
    const existing = isForeign(this, settings.existing);
    const namespace = namespaceOf(this) ?? "karpenter";
    this.namespace = namespace;
    this.settings = settings;
    this.monitoring = {
      targets: existing ? [] : [{ name: "karpenter", pods: pods(namespace, LABELS), port: METRICS_PORT }],
    };
    const image = imageFor(this, karpenterPin.images.operator);
    const operator = new Operator(this, "Operator", {
      pin: karpenterPin,
      namespace,
      existing: settings.existing,
      values: karpenterValues(settings, image),
      definitions: karpenterCrds,
    });
    if (existing) return;
    if (operatorMode(this) === "helm") operator.node.addDependency(this.addDefinitions());
    this.allowFlows(settings.controllerRole === undefined);
    addRequirements(this, karpenterRequirements(settings, namespace));
  }

  public addPool(scope: Construct, pool: ProvisionedPool): AwsNodePool {
    return new AwsNodePool(scope, "AwsPool", { pool, karpenter: this });
  }

  private addDefinitions(): HelmRelease {
    const { namespace } = this;
    const provides = karpenterPin.kinds.map(({ kind }) => kind);
    return new HelmRelease(this, "Definitions", { name: crdsChart.name, namespace, chart: crdsChart, values: {}, provides });
  }

  /** Port 443 is that of the API server and of AWS. */
  private allowFlows(podIdentity: boolean): void {
    const from = pods(this.namespace, LABELS);
    allow(this, [apiServerFlow("karpenter", from), ...(podIdentity ? [{ name: "karpenter-identity", from, ...CLOUD_IDENTITY.aws }] : [])]);
  }
}
