/** Alert rules about SeaweedFS, evaluated by Prometheus' own engine: each is raised when it should be, and is not just below its threshold. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ruleFile } from "#lib/components/prometheus/alert-rules";
import { seaweedfsAlerts } from "#lib/components/seaweedfs/alerts";
import { withGoProgram } from "../../../fixtures/go-program";
import { seaweedfsAlertCases } from "./alert-cases";

const promtool = withGoProgram({ name: "promtool", goPackage: "github.com/prometheus/prometheus/cmd/promtool", module: "promtool" });
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-rules-"));

beforeAll(() => writeFileSync(join(folder, "rules.json"), JSON.stringify(ruleFile(seaweedfsAlerts))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(seaweedfsAlertCases)("$alert at $at: raised $raised", ({ alert, series, at, raised }) => {
  // promtool compares all labels and annotations; a test that expects silence asks only whether something is raised.
  const file = join(folder, "test.json");
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const rule = { interval: "1m", input_series: input, alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: [] }] };
  writeFileSync(file, JSON.stringify({ rule_files: ["rules.json"], evaluation_interval: "1m", tests: [rule] }));

  const { status, stdout, stderr } = spawnSync(promtool, ["test", "rules", file], { encoding: "utf8" });

  const said = stdout + stderr;
  if (raised) expect(said).toMatch(new RegExp(`alertname: ${alert}[^]*got:\\[\\s*0:`));
  else expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
});
