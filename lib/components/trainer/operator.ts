/** The operator of Kubeflow Trainer. */

import { Construct, type IDependable } from "constructs";
import type { Problem } from "#lib/core/problem";
import { definitions } from "#lib/imports/trainer/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { trainerAlerts } from "./alerts";
import { trainerDashboard } from "./dashboard";
import { trainerPin } from "./pin";
import { type TrainerOperatorProps, trainerOperatorSchema } from "./schema";
import { METRICS_PORT, trainerValues, WEBHOOK_PORT } from "./values";

/** Context of the operator. */
export interface TrainerOperatorPlace {
  /** What runs the jobs of a TrainJob. */
  readonly jobGroups: IDependable;
}

/** Kubeflow Trainer: runs the processes of a training job, with their ranks and addresses. */
export class TrainerOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Dependency of training jobs. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: TrainerOperatorProps & TrainerOperatorPlace) {
    super(scope, id);
    const { jobGroups, ...own } = props;
    setOwner(this, trainerPin.name);
    const settings = settingsOf(this, trainerOperatorSchema, own, {
      checks: operatorChecks({
        schema: trainerOperatorSchema,
        pin: trainerPin,
        installed: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
      }),
    });
    const made = installOperator(this, {
      pin: trainerPin,
      settings,
      definitions,
      values: (context) => trainerValues(settings, context),
      namespace: "trainer-system",
      release: "kubeflow-trainer",
      labels: { "app.kubernetes.io/name": "kubeflow-trainer" },
      webhooks: [{ port: WEBHOOK_PORT }],
      metrics: { port: METRICS_PORT, encrypted: true, podLabels: ["app.kubernetes.io/name"] },
      monitoring: { alerts: [trainerAlerts()], dashboards: [trainerDashboard()] },
      after: [jobGroups],
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}

/** Source: Kubeflow Trainer v2.3.0, charts/kubeflow-trainer, which has no value for it. */
function webhookOnHost(path: string): Problem {
  return {
    id: "trainer.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "a cluster whose API server reaches pods: the chart runs the webhook in the pod network only",
    fix: 'set network: { webhooks: "pods" }, or leave trainer out: its webhook admits every TrainJob',
  };
}
