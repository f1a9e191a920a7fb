/** Submissions of runners, and what they refuse. */

import { App, Chart } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { BeamPipeline, type BeamPipelineProps } from "#lib/components/beam/index";
import { BeamRunner, type BeamRunnerProps } from "#lib/components/beam-runners/index";
import { DaskCluster, DaskOperator } from "#lib/components/dask/index";
import type { Problem } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { problemsOf } from "#lib/kube/problems";
import { bucketWith } from "../../../fixtures/bucket";

const CHAIN = "pipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [1]}}\n    - {type: LogForTesting}\n";
const TWO_SINKS = `pipeline:
  transforms:
    - {type: Create, config: {elements: [1]}}
    - {type: ReadFromCsv, name: Read, config: {path: in.csv}}
    - {type: WriteToText, name: First, input: Create, config: {path: a}}
    - {type: MapToFields, name: Map, input: Create, config: {fields: {a: a}, error_handling: {output: bad}}}
`;

function synth(type: BeamRunnerProps["type"], props: Partial<BeamPipelineProps> = {}) {
  const chart = new Chart(new App(), "any");
  const operator = new DaskOperator(chart, "Operator");
  const cluster = new DaskCluster(chart, "Cluster", { name: "main", operator, image: "registry.example.com/dask:1.0" });
  const own = type === "dask" ? { type, cluster } : { type };
  const runner = new BeamRunner(chart, "Runner", { ...own, name: "mine" } as BeamRunnerProps & { name: string });
  const pipeline = new BeamPipeline(chart, "Pipeline", { definition: CHAIN, name: "numbers", runner, ...props });
  const problems = problemsOf(pipeline);
  const job = problems.length > 0 ? undefined : chart.toJson().find(({ kind }: { kind: string }) => kind === "Job");
  return { problems, pod: job?.spec.template.spec, labels: job?.spec.template.metadata.labels };
}

const args = (type: BeamRunnerProps["type"], props: Partial<BeamPipelineProps> = {}): string[] =>
  synth(type, props).pod.containers[0].args.filter((text: string) => !text.startsWith("--job_name="));

test("options name the runner, its parallelism and the cluster, and nothing of Flink", () => {
  const file = "--yaml_pipeline_file=pipeline.yaml";

  expect(args("direct")).toEqual([file, "--runner=FnApiRunner"]);
  expect(args("direct", { parallelism: 3 })).toEqual([
    file,
    "--runner=FnApiRunner",
    "--direct_num_workers=3",
    "--direct_running_mode=multi_processing",
  ]);
  expect(args("prism")).toEqual([file, "--runner=PrismRunner", "--environment_type=LOOPBACK"]);
  expect(args("dask", { parallelism: 8 })).toEqual([
    file,
    "--runner=apache_beam.runners.dask.dask_runner.DaskRunner",
    "--dask_client_address=tcp://main.dask.svc:8786",
    "--dask_npartitions=8",
  ]);
});

test("Spark and the workers are beside the submitter", () => {
  const { pod, labels } = synth("spark", { parallelism: 4 });

  expect(pod.initContainers.map(({ name, image }: Record<string, string>) => [name, image])).toEqual([
    ["beam-worker", "docker.io/apache/beam_python3.11_sdk:2.77.0"],
    ["job-server", "docker.io/apache/beam_spark3_job_server:2.77.0"],
  ]);
  expect(pod.initContainers[1].args).toContain("--spark-master-url=local[4]");
  expect(pod.containers[0].args).toContain("--environment_config=localhost:50000");
  expect(labels["beamstack-iac/beam-runner"]).toBe("mine");
});

test("a runner of the pod has its size", () => {
  expect(synth("direct").pod.containers[0].resources.limits).toEqual({ cpu: "1", memory: "2Gi" });
  expect(synth("spark").pod.containers[0].resources.limits.memory).toBe("512Mi");
});

test("workers reach the buckets and models of their runner, with keys, CA and network flows", () => {
  const chart = new Chart(new App(), "any");
  const bucket = bucketWith("models", { access: { ca: secretRef("s3-ca", "ca.crt") } });
  const models = [Object.assign(bucket, { bucket })];
  const runner = new BeamRunner(chart, "Runner", { type: "spark", name: "mine", models });
  new BeamPipeline(chart, "Pipeline", { definition: CHAIN, name: "numbers", runner });
  const objects = chart.toJson();
  const { initContainers, containers, volumes } = objects.find(({ kind }: { kind: string }) => kind === "Job").spec.template.spec;

  for (const container of [initContainers[0], containers[0]]) {
    expect(container.env).toContainEqual({ name: "AWS_ACCESS_KEY_ID", valueFrom: { secretKeyRef: { name: "keys", key: "id" } } });
    expect(container.env).toContainEqual({ name: "AWS_ENDPOINT_URL_S3", value: "http://s3.data:8333" });
    const { value } = container.env.find(({ name }: { name: string }) => name === "AWS_CA_BUNDLE");
    expect(container.volumeMounts.some(({ mountPath }: { mountPath: string }) => value.startsWith(`${mountPath}/`))).toBe(true);
  }
  expect(volumes).toContainEqual(expect.objectContaining({ secret: expect.objectContaining({ secretName: "s3-ca" }) }));
  const egress = objects.filter(({ kind }: { kind: string }) => kind === "NetworkPolicy").map(({ spec }) => JSON.stringify(spec));
  expect(egress.some((spec: string) => spec.includes("8333"))).toBe(true);
});

const found = (problems: readonly Problem[]) => problems.map(({ id, path, got }) => `${id} ${path.replace(/^.*\./, "")}: ${got}`);

test("every feature that a runner lacks is a problem of its own", () => {
  const streaming = CHAIN.replace("{type: Create, config: {elements: [1]}}", "{type: ReadFromPubSub, config: {topic: t, format: RAW}}");
  const { problems } = synth("spark", {
    definition: streaming,
    upgrade: "savepoint",
    savepoint: "s3://any/1",
    restarts: 2,
    artifacts: "s3://any/a",
  });

  expect(found(problems).filter((text) => text.startsWith("beam-runners"))).toEqual([
    "beam-runners.not-supported savepoint: s3://any/1, on Spark",
    'beam-runners.not-supported upgrade: "savepoint", on Spark',
    "beam-runners.not-supported restarts: 2, on Spark",
    "beam-runners.not-supported artifacts: s3://any/a, on Spark",
    "beam-runners.not-supported runner: a pipeline that never ends, on Spark",
  ]);
});

test("Dask has an allow-list, one end, and no outputs for elements that fail", () => {
  const { problems } = synth("dask", { definition: TWO_SINKS });

  expect(found(problems).filter((text) => text.startsWith("beam-runners"))).toEqual([
    "beam-runners.not-supported runner: outputs for elements that fail Map, on Dask",
    "beam-runners.not-supported runner: several ends Read, First, Map, on Dask",
    "beam-runners.not-supported runner: the transforms ReadFromCsv, WriteToText, on Dask",
  ]);
  expect(synth("direct", { definition: TWO_SINKS }).problems.filter(({ severity }) => severity !== "warning")).toEqual([]);
  expect(synth("dask").problems).toEqual([]);
});

test("Prism has one worker", () => {
  expect(found(synth("prism", { parallelism: 2 }).problems)).toEqual(["beam-runners.not-supported parallelism: 2, on Prism"]);
});

test("Ray does not compile as a runner, and as data the problem says why", () => {
  // @ts-expect-error Beam has no runner for Ray.
  const ray: BeamRunnerProps = { type: "ray" };
  const spec = { name: "any", cluster: { type: "context", context: "any" }, beamRunners: { wrong: ray } } as const;
  const resolved = createPlatform().resolve(spec as never);

  expect(resolved.ok ? [] : resolved.problems).toMatchObject([
    { path: "beamRunners.wrong.type", fix: expect.stringContaining("apache/beam#21508") },
  ]);
});
