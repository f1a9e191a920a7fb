/** The Spark operator of Kubeflow. */

import { Construct } from "constructs";
import type { Problem } from "#lib/core/problem";
import { definitions } from "#lib/imports/spark-operator/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { sparkAlerts } from "./alerts";
import { sparkDashboard } from "./dashboard";
import { kubeflowPin } from "./pin";
import { type SparkOperatorProps, sparkOperatorSchema } from "./schema";
import { METRICS_PORT, sparkOperatorValues, WEBHOOK_PORT } from "./values";

/** Context of the operator. */
export interface SparkOperatorPlace {
  /** Namespaces with applications; the operator watches no others. @default ["spark"] */
  readonly jobNamespaces?: readonly string[];
}

/** The Spark operator. */
export class SparkOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: SparkOperatorProps & SparkOperatorPlace = {}) {
    super(scope, id);
    const { jobNamespaces = ["spark"], ...own } = props;
    setOwner(this, kubeflowPin.name);
    const settings = settingsOf(this, sparkOperatorSchema, own, {
      checks: operatorChecks({
        schema: sparkOperatorSchema,
        pin: kubeflowPin,
        installed: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
      }),
    });
    const made = installOperator(this, {
      pin: kubeflowPin,
      settings,
      definitions,
      values: (context) => sparkOperatorValues(settings, { ...context, jobNamespaces }),
      namespace: "spark-operator",
      release: "spark-operator",
      // Two workloads: the controller and the webhook.
      labels: {},
      webhooks: [{ port: WEBHOOK_PORT, labels: { "app.kubernetes.io/component": "webhook" } }],
      metrics: { port: METRICS_PORT, labels: { "app.kubernetes.io/component": "controller" } },
      monitoring: { alerts: [sparkAlerts()], dashboards: [sparkDashboard()] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}

/** Source: Spark operator v2.5.2, charts/spark-operator-chart, which has no value for it. */
function webhookOnHost(path: string): Problem {
  return {
    id: "spark.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "a cluster whose API server reaches pods: the chart runs the webhook in the pod network only",
    fix: 'set network: { webhooks: "pods" }, or leave spark out: its webhook places the pods of applications',
  };
}
