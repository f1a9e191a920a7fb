/** The dashboard that Grafana opens first: the life cycle, stage by stage, with the alerts and the dashboards of each. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { canonicalJson, type JsonObject } from "#lib/core/json";
import { setOwner } from "#lib/kube/ownership";
import type { Stage } from "#lib/kube/stage";
import { DATASOURCE, SCHEMA_VERSION } from "./dashboard-json";
import { GENERAL_FOLDER, HOME, stageTitle } from "./folders";
import { prometheusPin } from "./pin";
import type { PrometheusPartProps } from "./prometheus";

/** What a stage has. */
interface StageMonitoring {
  readonly stage: Stage;
  /** Names of its alerts. */
  readonly alerts: readonly string[];
}

/** Props of a {@link HomeDashboard}. */
export interface HomeDashboardProps extends PrometheusPartProps {
  /** Stages in their order. */
  readonly stages: readonly StageMonitoring[];
}

/** The home dashboard, as a ConfigMap that Grafana's sidecar loads. */
export class HomeDashboard extends Construct {
  public constructor(scope: Construct, id: string, { prometheus, stages }: HomeDashboardProps) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    new k8s.KubeConfigMap(this, "Resource", {
      metadata: {
        name: `dashboard-${HOME}`,
        namespace: prometheus.namespace,
        labels: { grafana_dashboard: "1" },
        annotations: { grafana_folder: GENERAL_FOLDER },
      },
      data: { [`${HOME}.json`]: canonicalJson(homeJson(stages)) },
    });
  }
}

const HEIGHT = 5;

/** The dashboard as Grafana reads it: a number and a list of dashboards for each stage. */
function homeJson(stages: readonly StageMonitoring[]): JsonObject {
  return {
    uid: HOME,
    title: "Life cycle",
    tags: ["beamstack"],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: [] },
    panels: stages.flatMap((stage, at) => [firing(stage, at), dashboards(stage, at)]).map((panel, at) => ({ id: at + 1, ...panel })),
  };
}

/** Numbers above zero are red. */
function firing({ stage, alerts }: StageMonitoring, row: number): JsonObject {
  return {
    type: "stat",
    title: stageTitle(stage),
    description: "Alerts that are firing.",
    datasource: DATASOURCE,
    gridPos: { x: 0, y: row * HEIGHT, w: 6, h: HEIGHT },
    fieldConfig: {
      defaults: {
        unit: "short",
        thresholds: {
          mode: "absolute",
          steps: [
            { color: "green", value: null },
            { color: "red", value: 1 },
          ],
        },
      },
      overrides: [],
    },
    targets: [
      {
        refId: "A",
        datasource: DATASOURCE,
        legendFormat: "firing",
        expr: alerts.length === 0 ? "vector(0)" : `count(ALERTS{alertstate="firing", alertname=~"${alerts.join("|")}"}) or vector(0)`,
      },
    ],
  };
}

function dashboards({ stage }: StageMonitoring, row: number): JsonObject {
  return {
    type: "dashlist",
    title: `Dashboards: ${stageTitle(stage)}`,
    gridPos: { x: 6, y: row * HEIGHT, w: 18, h: HEIGHT },
    options: {
      showSearch: true,
      showStarred: false,
      showRecentlyViewed: false,
      showHeadings: false,
      showFolderNames: false,
      maxItems: 50,
      query: "",
      tags: [stage],
    },
  };
}
