/** The Spark operator of Kubeflow. */

import { Construct } from "constructs";
import type { Problem } from "#lib/core/problem";
import { definitions } from "#lib/imports/spark-operator/index";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { sparkAlerts } from "./alerts";
import { sparkDashboard } from "./dashboard";
import { sparkPin } from "./pin";
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
    setOwner(this, sparkPin.name);
    const settings = settingsOf(this, sparkOperatorSchema, own, {
      checks: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
    });
    const namespace = namespaceOf(this) ?? "spark-operator";
    this.namespace = namespace;
    this.operator = new Operator(this, "Operator", {
      pin: sparkPin,
      namespace,
      releaseName: "spark-operator",
      values: sparkOperatorValues(settings, {
        image: imageFor(this, sparkPin.images.operator),
        jobNamespaces,
        priority: priorityOf(this),
      }),
      definitions,
    });
    const controller = pods(namespace, { "app.kubernetes.io/component": "controller" });
    const webhook = pods(namespace, { "app.kubernetes.io/component": "webhook" });
    this.monitoring = {
      targets: [{ name: "spark-operator", pods: controller, port: METRICS_PORT }],
      alerts: [sparkAlerts()],
      dashboards: [sparkDashboard()],
    };
    allow(this, [apiServerFlow("spark-operator", pods(namespace)), webhookFlow("spark-operator", webhook, WEBHOOK_PORT)]);
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
