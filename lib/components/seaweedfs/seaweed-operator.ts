/** The SeaweedFS operator: reconciles clusters, buckets and identities. */

import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/seaweedfs/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { seaweedfsAlerts } from "./alerts";
import { webhookProblems } from "./checks";
import { seaweedfsPin } from "./pin";
import { type SeaweedOperatorProps, type SeaweedOperatorSettings, seaweedOperatorSchema } from "./schema";
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
      checks: operatorChecks<SeaweedOperatorSettings>({
        schema: seaweedOperatorSchema,
        pin: seaweedfsPin,
        installed: (each, path) => webhookProblems(each.webhook, certificateIssuer !== undefined, path),
      }),
    });
    // The chart has no value for the host's network.
    const webhook = settings.webhook ?? (certificateIssuer !== undefined && !webhooksOnHost(this));
    const made = installOperator(this, {
      pin: seaweedfsPin,
      settings,
      definitions,
      values: (context) => seaweedOperatorValues(settings, { ...context, webhook }),
      namespace: "seaweedfs",
      release: RELEASE,
      labels: { "app.kubernetes.io/name": RELEASE },
      webhooks: webhook ? [{ port: WEBHOOK_PORT }] : [],
      metrics: { port: OPERATOR_METRICS_PORT },
      monitoring: { alerts: [seaweedfsAlerts] },
      after: webhook && certificateIssuer ? [certificateIssuer] : [],
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
