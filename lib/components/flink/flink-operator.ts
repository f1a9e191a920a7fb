/** The Flink Kubernetes operator: reconciles FlinkDeployment objects. */

import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/flink/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { webhookProblems } from "./checks";
import { flinkPin } from "./pin";
import { type FlinkOperatorProps, type FlinkOperatorSettings, flinkOperatorSchema } from "./schema";
import { flinkOperatorValues, OPERATOR_METRICS_PORT } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "flink-kubernetes-operator";
/** Port of the operator's webhook. Source: WEBHOOK_SERVER_PORT in the chart's Deployment. */
const WEBHOOK_PORT = 9443;

/** Context of the operator besides its props. */
export interface FlinkOperatorPlace {
  /** Issuer of the webhook's certificate. @default none: no webhook */
  readonly certificateIssuer?: IDependable;
}

/** The Flink Kubernetes operator. */
export class FlinkOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Labels of the operator's pods. */
  public readonly podLabels: Readonly<Record<string, string>> = { "app.kubernetes.io/name": RELEASE };
  public readonly monitoring: Monitoring;
  /** Dependency of Flink objects. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: FlinkOperatorProps & FlinkOperatorPlace = {}) {
    super(scope, id);
    const { certificateIssuer, ...own } = props;
    setOwner(this, flinkPin.name);
    const onHost = webhooksOnHost(this);
    const settings = settingsOf(this, flinkOperatorSchema, own, {
      checks: operatorChecks<FlinkOperatorSettings>({
        schema: flinkOperatorSchema,
        pin: flinkPin,
        keeps: ["watchNamespaces"],
        installed: (each, path) => webhookProblems(each.webhook, { hasCertManager: certificateIssuer !== undefined, onHost, path }),
      }),
    });
    const webhook = settings.webhook ?? (certificateIssuer !== undefined && !onHost);
    const made = installOperator(this, {
      pin: flinkPin,
      settings,
      definitions,
      values: (context) => flinkOperatorValues(settings, { ...context, webhook }),
      namespace: "flink",
      release: RELEASE,
      labels: this.podLabels,
      webhooks: webhook ? [{ port: WEBHOOK_PORT }] : [],
      metrics: { name: "flink-operator", port: OPERATOR_METRICS_PORT, path: "/" },
      after: webhook && certificateIssuer ? [certificateIssuer] : [],
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
