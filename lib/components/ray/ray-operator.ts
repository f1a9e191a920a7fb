/** The KubeRay operator. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/kuberay/index";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, type PodsEnd, pods } from "#lib/kube/network";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
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
    const settings = settingsOf(this, rayOperatorSchema, own);
    const namespace = namespaceOf(this) ?? "ray-system";
    this.namespace = namespace;
    this.pods = pods(namespace, { "app.kubernetes.io/name": RELEASE });
    this.monitoring = {
      targets: [{ name: RELEASE, pods: this.pods, port: METRICS_PORT, podLabels: ["app.kubernetes.io/name"] }],
      alerts: [rayAlerts()],
      dashboards: [rayDashboard()],
    };
    const image = imageFor(this, rayPin.images.operator);
    new Operator(this, "Operator", {
      pin: rayPin,
      namespace,
      releaseName: RELEASE,
      values: rayOperatorValues(settings, { image, priority: priorityOf(this), cronJobs }),
      definitions,
    });
    allow(this, [apiServerFlow(RELEASE, this.pods)]);
  }
}
