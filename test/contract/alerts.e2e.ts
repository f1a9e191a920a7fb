/** Alert rules of every component, evaluated by Prometheus' own engine: each is raised when it should be, and is not just below its threshold. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

test.each(files)("promtool finds nothing wrong with $file", ({ file }) => {
  expect(execFileSync(promtool, ["check", "rules", file], { encoding: "utf8" })).toContain("SUCCESS");
});

test.each(cases)("$title: $alert at $at: raised $raised", (one) => {
  // promtool compares all labels and annotations; a test that is negated asks only whether something is raised.
  const file = join(folder, "test.json");
  writeFileSync(file, JSON.stringify(ruleTest(one)));

  const { status, stdout, stderr } = spawnSync(promtool, ["test", "rules", file], { encoding: "utf8" });

  const said = stdout + stderr;
  if (one.raised) expect(said).toMatch(new RegExp(`alertname: ${one.alert}[^]*got:\\[\\s*0:`));
  else expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
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
