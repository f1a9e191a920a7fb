/** Alerts and dashboards about Flink: sound PromQL, and text that a person can act on. */

import { flinkAlerts } from "#lib/components/flink/alerts";
import { beamOnFlinkDashboard, flinkDashboard } from "#lib/components/flink/dashboards";
import { flinkAlertSchema } from "#lib/components/flink/schema";
import { promqlErrors } from "../promql";

const { alerts } = flinkAlerts(flinkAlertSchema.parse({}));
const panels = [flinkDashboard, beamOnFlinkDashboard].flatMap(({ title, rows }) =>
  rows.flatMap((row) =>
    row.panels.flatMap((panel) => Object.values(panel.queries).map((query) => [`${title}: ${panel.title}`, query] as const)),
  ),
);

test("the grammar refuses what is no PromQL", () => {
  expect(promqlErrors("sum by (app (up")).not.toEqual([]);
});

test.each(alerts)("the expression of $name is PromQL", ({ expression }) => {
  expect(promqlErrors(expression)).toEqual([]);
});

test.each(panels)("the query of %s is PromQL", (_panel, query) => {
  expect(promqlErrors(query)).toEqual([]);
});

test.each(alerts)("$name says what is wrong, with which thing, and what to do", ({ summary, runbook, lasting }) => {
  expect(summary).toMatch(/\{\{ \$labels\.\w+ \}\}/);
  expect(runbook.length).toBeGreaterThan(20);
  expect(lasting.valid).toBe(true);
});

test("every threshold shows in an expression", () => {
  const all = JSON.stringify(flinkAlerts({ restarts: 17, failedCheckpoints: 19, backPressure: 0.123, heap: 0.321 }));

  for (const shown of [">= 17", ">= 19", "> 123", "> 0.321"]) expect(all).toContain(shown);
});

test("alert names are unique and begin with the product", () => {
  const names = alerts.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^Flink[A-Z]\w+$/.test(name))).toEqual([]);
});
