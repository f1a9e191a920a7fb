/** Alerts about SeaweedFS: sound PromQL, and text that a person can act on. */

import { seaweedfsAlerts } from "#lib/components/seaweedfs/alerts";
import { promqlErrors } from "../promql";
import { seaweedfsAlertCases } from "./alert-cases";

const { alerts } = seaweedfsAlerts;

test.each(alerts)("the expression of $name is PromQL", ({ expression }) => {
  expect(promqlErrors(expression)).toEqual([]);
});

test.each(alerts)("$name says what is wrong, with which thing, and what to do", ({ name, summary, runbook, lasting }) => {
  expect(name).toMatch(/^Seaweedfs[A-Z]\w+$/);
  expect(summary).toMatch(/\{\{ \$labels\.\w+ \}\}/);
  expect(runbook.length).toBeGreaterThan(20);
  expect(lasting.valid).toBe(true);
});

test("every alert has a case in which it is raised and one in which it is not", () => {
  const cases = (raised: boolean) => new Set<string>(seaweedfsAlertCases.filter((one) => one.raised === raised).map(({ alert }) => alert));
  const names = new Set(alerts.map(({ name }) => name));

  expect(cases(true)).toEqual(names);
  expect(cases(false)).toEqual(names);
});
