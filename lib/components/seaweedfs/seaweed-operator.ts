/** The SeaweedFS operator: reconciles clusters, buckets and identities. */

import { k8s } from "cdk8s-plus-28";
import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/seaweedfs/index";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, type PodsEnd, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { seaweedfsAlerts } from "./alerts";
import { webhookProblems } from "./checks";
import { seaweedfsPin } from "./pin";
import { type SeaweedOperatorProps, seaweedOperatorSchema } from "./schema";
import { OPERATOR_METRICS_PORT, seaweedOperatorValues } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "seaweedfs-operator";
/** Port of the operator's webhook. Source: targetPort in the chart's webhook/service.yaml. */
const WEBHOOK_PORT = 9443;

/** Context of the operator besides its props. */
export interface SeaweedOperatorPlace {
  /** Issuer of the webhook's certificate. @default none: no webhook */
  readonly certificateIssuer?: IDependable;
}

/** The SeaweedFS operator. */
export class SeaweedOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;
  /** Dependency of SeaweedFS objects. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: SeaweedOperatorProps & SeaweedOperatorPlace = {}) {
    super(scope, id);
    const { certificateIssuer, ...own } = props;
    setOwner(this, seaweedfsPin.name);
    const settings = settingsOf(this, seaweedOperatorSchema, own, {
      checks: (each, path) => webhookProblems(each.webhook, certificateIssuer !== undefined, path),
    });
    // The chart has no value for the host's network.
    const webhook = settings.webhook ?? (certificateIssuer !== undefined && !webhooksOnHost(this));
    const namespace = namespaceOf(this) ?? "seaweedfs";
    this.namespace = namespace;
    this.pods = pods(namespace, { "app.kubernetes.io/name": RELEASE });
    this.operator = new Operator(this, "Operator", {
      pin: seaweedfsPin,
      namespace,
      releaseName: RELEASE,
      values: seaweedOperatorValues(settings, { image: imageFor(this, seaweedfsPin.images.operator), webhook }),
      definitions,
    });
    if (webhook && certificateIssuer) this.operator.node.addDependency(certificateIssuer);
    if (settings.replicas > 1) this.addDisruptionBudget();
    this.monitoring = { targets: [{ name: RELEASE, pods: this.pods, port: OPERATOR_METRICS_PORT }], alerts: [seaweedfsAlerts] };
    allow(this, [apiServerFlow(RELEASE, this.pods), ...(webhook ? [webhookFlow(RELEASE, this.pods, WEBHOOK_PORT)] : [])]);
  }

  /** The chart has none. */
  private addDisruptionBudget(): void {
    new k8s.KubePodDisruptionBudget(this, "DisruptionBudget", {
      metadata: { name: RELEASE, namespace: this.namespace },
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: { ...this.pods.labels } } },
    });
  }
}
