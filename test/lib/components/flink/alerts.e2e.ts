/** Alert rules about Flink, evaluated by Prometheus's own engine: each speaks up when it should, and keeps quiet just below its threshold. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flinkAlerts } from "#lib/components/flink/alerts";
import { flinkAlertSchema } from "#lib/components/flink/schema";
import { ruleFile } from "#lib/components/prometheus/alert-rules";
import { withGoProgram } from "../../../fixtures/go-program";

const promtool = withGoProgram({ name: "promtool", goPackage: "github.com/prometheus/prometheus/cmd/promtool", module: "promtool" });

const JOB = 'namespace="flink", app="main", job_name="clicks"';

/** Series, the minute to look at, and whether the alert is raised by then. */
interface Case {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  readonly raised: boolean;
}

const CASES: readonly Case[] = [
  {
    alert: "FlinkJobManagerDown",
    series: { 'up{namespace="flink", app="main", component="jobmanager"}': "1 1 0x20" },
    at: "5m",
    raised: true,
  },
  // A pod that waits for a node is no target.
  {
    alert: "FlinkJobManagerDown",
    series: {
      'up{namespace="flink", app="main", component="jobmanager", pod="a"}': "1x5 _x40",
      'kube_deployment_spec_replicas{namespace="flink", deployment="main"}': "1x60",
    },
    at: "20m",
    raised: true,
  },
  // A cluster that was taken away is not down.
  {
    alert: "FlinkJobManagerDown",
    series: {
      'up{namespace="flink", app="main", component="jobmanager", pod="a"}': "1x5 _x40",
      'kube_deployment_spec_replicas{namespace="flink", deployment="other"}': "1x60",
    },
    at: "20m",
    raised: false,
  },
  // One of two stand-bys is enough.
  {
    alert: "FlinkJobManagerDown",
    series: {
      'up{namespace="flink", app="main", component="jobmanager", pod="a"}': "0x20",
      'up{namespace="flink", app="main", component="jobmanager", pod="b"}': "1x20",
    },
    at: "10m",
    raised: false,
  },
  {
    alert: "FlinkNoTaskManagers",
    series: { [`flink_jobmanager_numRegisteredTaskManagers{${JOB}}`]: "0x20", [`flink_jobmanager_numRunningJobs{${JOB}}`]: "1x20" },
    at: "6m",
    raised: true,
  },
  // A session cluster without jobs has every right to be without TaskManagers.
  {
    alert: "FlinkNoTaskManagers",
    series: { [`flink_jobmanager_numRegisteredTaskManagers{${JOB}}`]: "0x20", [`flink_jobmanager_numRunningJobs{${JOB}}`]: "0x20" },
    at: "10m",
    raised: false,
  },
  {
    alert: "FlinkHeapNearlyFull",
    series: {
      [`flink_taskmanager_Status_JVM_Memory_Heap_Used{${JOB}}`]: "96x20",
      [`flink_taskmanager_Status_JVM_Memory_Heap_Max{${JOB}}`]: "100x20",
    },
    at: "11m",
    raised: true,
  },
  {
    alert: "FlinkHeapNearlyFull",
    series: {
      [`flink_taskmanager_Status_JVM_Memory_Heap_Used{${JOB}}`]: "95x20",
      [`flink_taskmanager_Status_JVM_Memory_Heap_Max{${JOB}}`]: "100x20",
    },
    at: "15m",
    raised: false,
  },
  { alert: "FlinkJobRestarting", series: { [`flink_jobmanager_job_numRestarts{${JOB}}`]: "0 1 2 3 4x20" }, at: "10m", raised: true },
  { alert: "FlinkJobRestarting", series: { [`flink_jobmanager_job_numRestarts{${JOB}}`]: "0 1 2x30" }, at: "10m", raised: false },
  // Restarts of last week are nobody's business today.
  { alert: "FlinkJobRestarting", series: { [`flink_jobmanager_job_numRestarts{${JOB}}`]: "40x60" }, at: "30m", raised: false },
  {
    alert: "FlinkCheckpointsFailing",
    series: { [`flink_jobmanager_job_numberOfFailedCheckpoints{${JOB}}`]: "0 1 2 3 4x20" },
    at: "10m",
    raised: true,
  },
  {
    alert: "FlinkCheckpointsFailing",
    series: { [`flink_jobmanager_job_numberOfFailedCheckpoints{${JOB}}`]: "0 1 2x30" },
    at: "10m",
    raised: false,
  },
  {
    alert: "FlinkBackPressure",
    series: { [`flink_taskmanager_job_task_backPressuredTimeMsPerSecond{${JOB}, task_name="map"}`]: "501x30" },
    at: "16m",
    raised: true,
  },
  {
    alert: "FlinkBackPressure",
    series: { [`flink_taskmanager_job_task_backPressuredTimeMsPerSecond{${JOB}, task_name="map"}`]: "500x30" },
    at: "20m",
    raised: false,
  },
];

test("every alert has a case in which it is raised and one in which it is not", () => {
  const cases = (raised: boolean) => new Set(CASES.filter((one) => one.raised === raised).map(({ alert }) => alert));
  const names = new Set(flinkAlerts(flinkAlertSchema.parse({})).alerts.map(({ name }) => name));

  expect(cases(true)).toEqual(names);
  expect(cases(false)).toEqual(names);
});

describe("promtool", () => {
  const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-rules-"));
  const rules = join(folder, "rules.json");
  const run = (...args: string[]) => spawnSync(promtool, args, { encoding: "utf8" });

  beforeAll(() => writeFileSync(rules, JSON.stringify(ruleFile(flinkAlerts(flinkAlertSchema.parse({}))))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("finds nothing wrong with the rules", () => {
    expect(execFileSync(promtool, ["check", "rules", rules], { encoding: "utf8" })).toContain("SUCCESS: 6 rules found");
  });

  test.each(CASES)("$alert at $at: raised $raised", (one) => {
    // promtool compares all labels and annotations; a test that is negated asks only whether something is raised.
    const file = join(folder, "test.json");
    writeFileSync(file, JSON.stringify(ruleTest(one)));

    const { status, stdout, stderr } = run("test", "rules", file);

    const said = stdout + stderr;
    if (one.raised) expect(said).toMatch(new RegExp(`alertname: ${one.alert}[^]*got:\\[\\s*0:`));
    else expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
  });
});

/** A test of promtool that expects silence. */
function ruleTest({ alert, series, at }: Case) {
  return {
    rule_files: ["rules.json"],
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
