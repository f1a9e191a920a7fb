/** The Dask Kubernetes operator. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/dask/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { daskAlerts } from "./alerts";
import { daskDashboard } from "./dashboard";
import { daskPin } from "./pin";
import { type DaskOperatorProps, daskOperatorSchema } from "./schema";
import { daskOperatorValues } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "dask-kubernetes-operator";

/** The operator: it has neither webhooks nor metrics. */
export class DaskOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  /** Dependency of Dask's objects. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: DaskOperatorProps = {}) {
    super(scope, id);
    setOwner(this, daskPin.name);
    const settings = settingsOf(this, daskOperatorSchema, props, {
      checks: operatorChecks({ schema: daskOperatorSchema, pin: daskPin }),
    });
    const made = installOperator(this, {
      pin: daskPin,
      settings,
      definitions,
      values: (context) => daskOperatorValues(settings, context),
      namespace: "dask-operator",
      release: RELEASE,
      labels: { "app.kubernetes.io/name": RELEASE },
      monitoring: { alerts: [daskAlerts()], dashboards: [daskDashboard()] },
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
