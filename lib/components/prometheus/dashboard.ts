/** A dashboard as a ConfigMap that Grafana's sidecar loads. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { canonicalJson } from "#lib/core/json";
import type { DashboardContent } from "#lib/kube/monitoring";
import { setOwner } from "#lib/kube/ownership";
import { dashboardJson } from "./dashboard-json";
import { prometheusPin } from "./pin";
import type { PrometheusPartProps } from "./prometheus";

/** Props of a {@link Dashboard}. */
export interface DashboardProps extends PrometheusPartProps {
  readonly content: DashboardContent;
}

/** A dashboard in the folder Beamstack. */
export class Dashboard extends Construct {
  public constructor(scope: Construct, id: string, { prometheus, content }: DashboardProps) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    new k8s.KubeConfigMap(this, "Resource", {
      metadata: {
        name: `dashboard-${content.uid}`,
        namespace: prometheus.namespace,
        labels: { grafana_dashboard: "1" },
        annotations: { grafana_folder: "Beamstack" },
      },
      data: { [`${content.uid}.json`]: canonicalJson(dashboardJson(content)) },
    });
  }
}
