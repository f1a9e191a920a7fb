/** Alert rules of every component, evaluated by Prometheus' own engine: each is raised when it should be, and is not just below its threshold. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ruleFile } from "#lib/components/prometheus/alert-rules";
import { withGoProgram } from "../fixtures/go-program";
import { entries } from "./entries";
import type { AlertCase } from "./entry";

const promtool = withGoProgram({ name: "promtool", goPackage: "github.com/prometheus/prometheus/cmd/promtool", module: "promtool" });

const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-rules-"));
/** Rule files of every entry by its title: environments have one of the products that exclude each other. */
const files = entries.flatMap((any) => {
  const groups = any.monitoring().flatMap(({ alerts = [] }) => alerts);
  return groups.map((group, at) => {
    const file = join(folder, `${any.entry.title.replaceAll(" ", "-")}-${group.name}-${at}.json`);
    writeFileSync(file, JSON.stringify(ruleFile(group)));
    return { title: any.entry.title, file };
  });
});
const cases = entries.flatMap(({ entry: { title, alerts = [] } }) => alerts.map((one) => ({ ...one, title })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("promtool finds nothing wrong with the rules", () => {
  const { status, stderr } = spawnSync(promtool, ["check", "rules", ...files.map(({ file }) => file)], { encoding: "utf8" });

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

/** What promtool reports of each case, in their order: it evaluates all in one run. */
let reports: readonly string[];

beforeAll(() => {
  const tests = cases.map((one, at) => {
    const file = join(folder, `test-${at}.json`);
    writeFileSync(file, JSON.stringify(ruleTest(one)));
    return file;
  });
  const report = join(folder, "report.xml");
  spawnSync(promtool, ["test", "rules", `--junit=${report}`, ...tests], { stdio: "ignore" });
  reports = readFileSync(report, "utf8").split("<testsuite ").slice(1);
  expect(reports.map((one) => /^name="([^"]*)"/.exec(one)?.[1])).toEqual(tests);
});

test.each(cases.map((one, at) => ({ ...one, at, time: one.at })))("$title: $alert at $time: raised $raised", ({ alert, raised, at }) => {
  // promtool compares all labels and annotations; a test that expects silence and fails says what was raised.
  if (raised) expect(reports[at]).toMatch(new RegExp(`alertname: ${alert}[^]*got:\\[(&#xA;|\\s)*0:`));
  else expect(reports[at]).toMatch(/ failures="0" errors="0" /);
});

/** A test of promtool that expects silence. */
function ruleTest({ title, alert, series, at }: AlertCase & { readonly title: string }) {
  return {
    rule_files: files.filter((one) => one.title === title).map(({ file }) => file),
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: [] }],
      },
    ],
  };
}
