/** Alerts and dashboards of every component: sound PromQL, and text that a person can act on. */

import { entries } from "./entries";
import { promqlErrors } from "./promql";

const monitored = entries.map((any) => ({
  name: any.entry.pin.name,

  cases: any.entry.alerts ?? [],
  all: any.monitoring(),
}));
const alerts = monitored.flatMap(({ name, all }) =>
  all.flatMap((one) => (one.alerts ?? []).flatMap((group) => group.alerts.map((alert) => ({ ...alert, component: name })))),
);
const panels = monitored.flatMap(({ all }) =>
  all.flatMap(({ dashboards = [] }) =>
    dashboards.flatMap(({ title, rows }) =>
      rows.flatMap((row) => row.panels.map((panel) => ({ ...panel, place: `${title}: ${panel.title}` }))),
    ),
  ),
);

test("the grammar refuses what is no PromQL", () => {
  expect(promqlErrors("sum by (app (up")).not.toEqual([]);
});

test.each(alerts)("the expression of $name is PromQL", ({ expression }) => {
  expect(promqlErrors(expression)).toEqual([]);
});

test.each(panels)("the queries of $place are PromQL", ({ queries }) => {
  expect(Object.values(queries).flatMap(promqlErrors)).toEqual([]);
});

test.each(alerts)("$name says what is wrong, with which thing, and what to do", ({ summary, runbook, lasting }) => {
  expect(summary).toMatch(/\{\{ \$labels\.\w+ \}\}/);
  expect(runbook.length).toBeGreaterThan(20);
  expect(lasting.valid).toBe(true);
});

test("names of alerts are unique in a component and begin with its product", () => {
  const wrong = alerts.filter(({ name, component }) => !name.toLowerCase().startsWith(component.replaceAll("-", "")));

  expect(wrong).toEqual([]);
});

test.each([...new Set(alerts.map(({ component }) => component))])(
  "every alert of %s has a case in which it is raised and one in which it is not",
  (name) => {
    const cases = monitored.filter((one) => one.name === name).flatMap((one) => one.cases);
    const names = [...new Set(alerts.filter(({ component }) => component === name).map((alert) => alert.name))].sort();
    const having = (raised: boolean) => [...new Set(cases.filter((one) => one.raised === raised).map(({ alert }) => alert))].sort();

    expect({ raised: having(true), quiet: having(false) }).toEqual({ raised: names, quiet: names });
  },
);
