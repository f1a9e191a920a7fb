/** Pipelines on a schedule. */

import { ApiObject, Testing } from "cdk8s";
import { BeamPipeline, type BeamPipelineProps } from "#lib/components/beam/index";
import { FlinkCluster } from "#lib/components/flink/index";
import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { problemsOf } from "#lib/kube/problems";

const definition = "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}\n";

function made(props: Partial<BeamPipelineProps>, name = "numbers") {
  const chart = Testing.chart();
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } as const;
  const runner = FlinkCluster.fromExisting(chart, "Runner", { name: "main", versions });
  const pipeline = new BeamPipeline(chart, "Pipeline", { definition, ...props, runner, name });
  // Not chart.toJson(): it throws where the props are wrong.
  const objects: readonly KubeObject[] = chart.node.findAll().flatMap((each) => (ApiObject.isApiObject(each) ? [each.toJson()] : []));
  const find = (kind: string) => objects.find((each) => each.kind === kind);
  return { find, pipeline, problems: problemsOf(pipeline).map(({ id }) => id) };
}

test("a CronJob makes the Job that it would be once, one at a time", () => {
  const once = made({});
  const daily = made({ schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" } });

  const [job, cronJob] = [once.find("Job"), daily.find("CronJob")];
  expect(daily.find("Job")).toBeUndefined();
  expect(cronJob).toMatchObject({
    apiVersion: "batch/v1",
    metadata: { name: expect.stringMatching(/^numbers-[0-9a-f]{8}$/), labels: { "beamstack-iac/pipeline": "numbers" } },
    spec: { schedule: "0 2 * * *", timeZone: "Europe/Berlin", concurrencyPolicy: "Forbid", startingDeadlineSeconds: 3600 },
  });
  const template = valueAt(cronJob, ["spec", "jobTemplate"]);
  expect(valueAt(template, ["metadata", "labels"])).toMatchObject({ "beamstack-iac/pipeline": "numbers" });
  const named = JSON.stringify(valueAt(template, ["spec"])).replaceAll(String(daily.pipeline.jobName), String(once.pipeline.jobName));
  expect(JSON.parse(named)).toEqual(valueAt(job, ["spec"]));
});

test("another schedule is another CronJob: nothing of the old one runs beside it", () => {
  const [daily, weekly] = ["@daily", "@weekly"].map((cron) => made({ schedule: { cron } }).pipeline.jobName);

  expect(daily).not.toBe(weekly);
});

test("a name leaves room for those of its runs", () => {
  const schedule = { cron: "@daily" };

  expect(made({ schedule }, "a".repeat(43)).problems).toEqual([]);
  expect(made({ schedule }, "a".repeat(44)).problems).toEqual(["beam.name"]);
  expect(made({}, "a".repeat(50)).problems).toEqual([]);
});

test.each<[string, Partial<BeamPipelineProps>, readonly string[]]>([
  ["a stream", { definition: `${definition}options: {streaming: true}\n` }, ["beam.schedule-without-end"]],
  ["a savepoint", { savepoint: "s3://state/savepoints/1" }, ["beam.schedule-with-state"]],
  [
    "a stream with state",
    { definition: `${definition}options: {streaming: true}\n`, upgrade: "savepoint" },
    ["beam.schedule-without-end", "beam.schedule-with-state"],
  ],
])("refuses a schedule for %s", (_, props, expected) => {
  expect(made({ ...props, schedule: { cron: "@daily" } }).problems).toEqual(expected);
});
