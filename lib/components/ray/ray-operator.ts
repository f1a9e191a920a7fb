/** The KubeRay operator. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/kuberay/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { rayAlerts } from "./alerts";
import { rayDashboard } from "./dashboard";
import { rayPin } from "./pin";
import { type RayOperatorProps, rayOperatorSchema } from "./schema";
import { rayOperatorValues } from "./values";

/** Port of the operator's metrics. */
const METRICS_PORT = 8080;

/** Release name of the chart. */
const RELEASE = "kuberay-operator";

/** Context of the operator. */
export interface RayOperatorPlace {
  /** Jobs on a schedule, which need a feature gate. @default false */
  readonly cronJobs?: boolean;
}

/** The operator: reconciles clusters, jobs and services. */
export class RayOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: RayOperatorProps & RayOperatorPlace = {}) {
    super(scope, id);
    const { cronJobs = false, ...own } = props;
    setOwner(this, rayPin.name);
    const settings = settingsOf(this, rayOperatorSchema, own, {
      checks: operatorChecks({ schema: rayOperatorSchema, pin: rayPin }),
    });
    const made = installOperator(this, {
      pin: rayPin,
      settings,
      definitions,
      values: (context) => rayOperatorValues(settings, { ...context, cronJobs }),
      namespace: "ray-system",
      release: RELEASE,
      labels: { "app.kubernetes.io/name": RELEASE },
      metrics: { port: METRICS_PORT, podLabels: ["app.kubernetes.io/name"] },
      monitoring: { alerts: [rayAlerts()], dashboards: [rayDashboard()] },
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.monitoring = made.monitoring;
  }
}
