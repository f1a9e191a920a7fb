/** A dashboard as a ConfigMap that Grafana's sidecar loads. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { canonicalJson } from "#lib/core/json";
import type { DashboardContent } from "#lib/kube/monitoring";
import { setOwner } from "#lib/kube/ownership";
import type { Stage } from "#lib/kube/stage";
import { dashboardJson } from "./dashboard-json";
import { GENERAL_FOLDER, stageTitle } from "./folders";
import { prometheusPin } from "./pin";
import type { PrometheusPartProps } from "./prometheus";

/** Props of a {@link Dashboard}. */
export interface DashboardProps extends PrometheusPartProps {
  readonly content: DashboardContent;
  /** Stage of the life cycle: its folder and its tag. @default the folder Beamstack */
  readonly stage?: Stage | undefined;
}

/** A dashboard in the folder of its stage. */
export class Dashboard extends Construct {
  public constructor(scope: Construct, id: string, { prometheus, content, stage }: DashboardProps) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    new k8s.KubeConfigMap(this, "Resource", {
      metadata: {
        name: `dashboard-${content.uid}`,
        namespace: prometheus.namespace,
        labels: { grafana_dashboard: "1" },
        annotations: { grafana_folder: stage ? stageTitle(stage) : GENERAL_FOLDER },
      },
      data: { [`${content.uid}.json`]: canonicalJson(dashboardJson(content, stage ? [stage] : [])) },
    });
  }
}
