/** The controller of JobSet. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/jobset/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { jobSetAlerts } from "./alerts";
import { jobSetDashboard } from "./dashboard";
import { jobsetPin } from "./pin";
import { type JobSetOperatorProps, jobSetOperatorSchema } from "./schema";
import { jobSetValues } from "./values";

/** Ports of the pods. Source: JobSet v0.12.0, charts/jobset/templates/controller/deployment.yaml. */
const METRICS_PORT = 8443;
const WEBHOOK_PORT = 9443;

/** JobSet: jobs that start, fail and end together. */
export class JobSetOperator extends Construct implements IMonitored {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** Dependency of JobSets, and of operators that make them. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: JobSetOperatorProps = {}) {
    super(scope, id);
    setOwner(this, jobsetPin.name);
    const settings = settingsOf(this, jobSetOperatorSchema, props, {
      checks: operatorChecks({ schema: jobSetOperatorSchema, pin: jobsetPin }),
    });
    const made = installOperator(this, {
      pin: jobsetPin,
      settings,
      definitions,
      values: (context) => jobSetValues(settings, context),
      namespace: "jobset-system",
      labels: { "app.kubernetes.io/name": "jobset", "app.kubernetes.io/component": "controller" },
      canUseHostNetwork: true,
      webhooks: [{ port: WEBHOOK_PORT }],
      metrics: {
        port: METRICS_PORT,
        service: { labels: { "app.kubernetes.io/name": "jobset", "app.kubernetes.io/component": "controller" }, port: "https" },
      },
      monitoring: { alerts: [jobSetAlerts()], dashboards: [jobSetDashboard()] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
