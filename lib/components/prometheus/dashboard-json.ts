/** A dashboard in Grafana's own JSON: rows and panels laid out in reading order. Source: Grafana dashboard JSON model, schema version 41. */

import type { JsonObject } from "#lib/core/json";
import type { DashboardContent, DashboardRow, DashboardVariable, Panel } from "#lib/kube/monitoring";

/** Columns of Grafana's grid. */
const COLUMNS = 24;
/** Width and height of each type of panel: three series or six numbers beside each other. */
const SIZES = { series: { w: 8, h: 8 }, number: { w: 4, h: 4 } } as const;
/** Version of the JSON model. */
export const SCHEMA_VERSION = 41;
/** The data source that the chart's sidecar creates. Source: grafana.sidecar.datasources.uid of the chart. */
export const DATASOURCE = { type: "prometheus", uid: "prometheus" };

/** The dashboard as Grafana reads it; lists of dashboards find it by its tags. */
export function dashboardJson({ uid, title, variables, rows }: DashboardContent, tags: readonly string[] = []): JsonObject {
  return {
    uid,
    title,
    tags: ["beamstack", ...tags],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: variables.map(variable) },
    panels: layOut(rows),
  };
}

function variable({ name, metric, label }: DashboardVariable): JsonObject {
  const query = `label_values(${metric}, ${label})`;
  return {
    name,
    type: "query",
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    allValue: ".*",
    current: { text: "All", value: "$__all" },
  };
}

/** Ids count through the whole dashboard; each row starts below the one before. */
function layOut(rows: readonly DashboardRow[]): JsonObject[] {
  const placed: JsonObject[] = [];
  let y = 0;
  for (const row of rows) {
    placed.push({
      id: placed.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      const { w, h } = SIZES[panel.type];
      if (x + w > COLUMNS) {
        y += height;
        x = 0;
        height = 0;
      }
      placed.push({ id: placed.length + 1, gridPos: { x, y, w, h }, ...panelJson(panel) });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return placed;
}

function panelJson({ title, type, unit, description, queries }: Panel): JsonObject {
  return {
    type: type === "series" ? "timeseries" : "stat",
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: Object.entries(queries).map(([legendFormat, expr], position) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + position),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}
