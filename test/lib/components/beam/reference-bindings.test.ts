/** Values of a pipeline's file by reference: buckets, models and their servers. */

import { ApiObject, App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { createPlatform } from "#charts/platform";
import { BeamPipeline, type BeamPipelineProps } from "#lib/components/beam/index";
import { BeamRunner } from "#lib/components/beam-runners/index";
import { FlinkCluster, type FlinkClusterProps } from "#lib/components/flink/index";
import { catalog } from "#lib/components/registry";
import type { JsonObject } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import type { IBeamRunner } from "#lib/kube/beam-runner";
import type { IBucket } from "#lib/kube/bucket";
import type { ILanguageModel } from "#lib/kube/model-server";
import type { KubeObject } from "#lib/kube/object";
import { setPlace } from "#lib/kube/ownership";
import { problemsOf } from "#lib/kube/problems";
import { bucketWith } from "../../../fixtures/bucket";
import { modelServer } from "../../../fixtures/model-server";
import { pretrainedModelWith } from "../../../fixtures/pretrained-model";
import { DirectRunner } from "./fake-roles";

type Bindings = NonNullable<BeamPipelineProps["bindings"]>;

/** One value that a binding takes the place of. */
const DEFINITION =
  'pipeline: {type: chain, transforms: [{type: Create, config: {elements: [""]}}, {type: MLTransform, config: {write_artifact_location: ""}}]}\noptions: {yaml_experimental_features: [ML]}\n';

interface Runners {
  readonly runner?: (scope: Construct) => IBeamRunner;
  readonly definition?: string;
}

function synth(bindings: Bindings, { runner = (scope) => new DirectRunner(scope, "Runner"), definition = DEFINITION }: Runners = {}) {
  const chart = new Chart(new App(), "pipelines");
  const scope = new Construct(chart, "Scope");
  setPlace(scope, { source: "pipelines.ranking" });
  const pipeline = new BeamPipeline(scope, "Pipeline", { definition, name: "ranking", runner: runner(chart), bindings });
  const objects = chart.node.findAll().flatMap((each) => (ApiObject.isApiObject(each) ? [each.toJson() as KubeObject] : []));
  const problems = problemsOf(pipeline).map(({ id, path }) => [id, path]);
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy").map(({ metadata }) => metadata.name);
  return { text: pipeline.text, objects, problems, policies };
}

const ELEMENT = "Create.elements.0";
const azure = { api: "azure", account: "acme", bucket: "data", prefix: "team" } as const;

test.each<[string, IBucket, string]>([
  ["S3", bucketWith("data"), "s3://data/features"],
  ["Google Cloud Storage", bucketWith("data", { location: { api: "gcs", bucket: "data" } }), "gs://data/features"],
  ["Azure, by Beam's own scheme", bucketWith("data", { location: azure }), "azfs://acme/data/team/features"],
])("a folder of a bucket is its URI: %s", (_, bucket, uri) => {
  const { text, problems } = synth({ [ELEMENT]: { type: "bucket-read", from: bucket, path: "features" } });

  expect(problems).toEqual([]);
  expect(text).toContain(`elements: ["${uri}"]`);
});

const inKube = (name: string): ILanguageModel =>
  Object.assign(new Construct(new App(), name), {
    name,
    namespace: "serving",
    url: `http://${name}.serving.svc`,
    model: "qwen",
    pods: { type: "pods", namespace: "serving", labels: { app: name } },
    ports: [{ port: 8000 }],
  } as const);
const churn = modelServer(new App(), "churn", undefined);

test.each<[string, Bindings[string], string]>([
  ["the URL of a service", { type: "model-server", service: churn }, "http://churn.serving.svc"],
  ["the name of its model", { type: "model-server", service: churn, value: "name" }, "churn"],
  ["the base URL of a language model", { type: "language-model", model: inKube("llm") }, "http://llm.serving.svc/v1"],
  ["the name of a language model", { type: "language-model", model: inKube("llm"), value: "name" }, "qwen"],
])("puts %s into the file, and opens the way for the workers", (_, binding, value) => {
  const { text, problems, policies } = synth({ [ELEMENT]: binding });

  expect(problems).toEqual([]);
  expect(text).toContain(`elements: ["${value}"]`);
  expect(policies.filter((name) => name.includes("workers-to-model."))).toHaveLength(2);
});

test("two values of one server open one way", () => {
  const llm = inKube("llm");
  const definition = DEFINITION.replace('[""]', '["", ""]');

  const { problems, policies } = synth(
    { [ELEMENT]: { type: "language-model", model: llm }, "Create.elements.1": { type: "language-model", model: llm, value: "name" } },
    { definition },
  );

  expect(problems).toEqual([]);
  expect(policies.filter((name) => name.includes("workers-to-model.llm"))).toHaveLength(2);
});

const direct =
  (buckets: readonly IBucket[] = []) =>
  (scope: Construct) =>
    new BeamRunner(scope, "Runner", { type: "direct", name: "main", buckets });
const flink =
  (worker: FlinkClusterProps["worker"] = {}) =>
  (scope: Construct) =>
    new FlinkCluster(scope, "Runner", { name: "main", worker, taskManager: { maxReplicas: 1 } });

/** Containers that mount something at a path. */
function mounting(objects: readonly JsonObject[], path: string): string[] {
  return containersOf(objects)
    .filter((one) => JSON.stringify(one["volumeMounts"] ?? []).includes(`"${path}"`))
    .map((one) => String(one["name"]))
    .sort();
}

function containersOf(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(containersOf);
  if (typeof value !== "object" || value === null) return [];
  const own = "image" in value && "name" in value ? [value as JsonObject] : [];
  return [...own, ...Object.values(value).flatMap(containersOf)];
}

const bert = pretrainedModelWith("bert");

test.each<[string, (scope: Construct) => IBeamRunner, readonly string[]]>([
  ["Flink", flink({ models: [bert] }), ["beam-worker"]],
  ["Beam's in-process runner", direct(), ["submit"]],
  ["Spark", (scope) => new BeamRunner(scope, "Runner", { type: "spark", name: "main" }), ["beam-worker", "submit"]],
])("a model in a volume is a folder of what runs user code: %s", (_, runner, names) => {
  const { text, problems, objects } = synth({ [ELEMENT]: { type: "pretrained-model", model: bert } }, { runner });

  expect(problems).toEqual([]);
  expect(text).toContain('elements: ["/models/bert"]');
  expect(mounting(objects, "/models/bert")).toEqual(names);
});

const storage = Object.assign(bucketWith("models"), { bucket: bucketWith("models") });
const stored = pretrainedModelWith("stored", storage);

test("a model in a bucket is its URI, for workers that have the bucket", () => {
  const binding: Bindings = { [ELEMENT]: { type: "pretrained-model", model: stored } };

  expect(synth(binding, { runner: flink({ models: [stored] }) })).toMatchObject({
    problems: [],
    text: expect.stringContaining('["s3://models/pretrained/stored"]'),
  });
  expect(synth(binding, { runner: direct() }).problems).toEqual([["beam.bucket-not-of-runner", `pipelines.ranking.bindings."${ELEMENT}"`]]);
});

test("workers of Flink and submitters have keys, region and endpoint of their buckets, and the way there", () => {
  const data = bucketWith("data");
  const binding: Bindings = { "MLTransform.write_artifact_location": { type: "bucket-write", to: data, path: "artifacts" } };

  const { text, problems, objects, policies } = synth(binding, { runner: flink({ buckets: [data] }) });

  expect(problems).toEqual([]);
  expect(text).toContain('write_artifact_location: "s3://data/artifacts"');
  const having = objects.flatMap(containersOf).filter(({ env }) => JSON.stringify(env ?? []).includes("AWS_ENDPOINT_URL_S3"));
  expect(having.map(({ name }) => name).sort()).toEqual(["beam-worker", "submit"]);
  expect(policies.filter((name) => name.includes("to-bucket.data")).length).toBeGreaterThanOrEqual(2);
});

const ARTIFACTS = "MLTransform.write_artifact_location";
const at = (name: string) => `pipelines.ranking.bindings."${name}"`;

test.each<[string, Bindings, IBeamRunner | undefined | ((scope: Construct) => IBeamRunner), readonly (readonly [string, string])[]]>([
  [
    "a bucket that is read, for artifacts that are written",
    { [ARTIFACTS]: { type: "bucket-read", from: bucketWith("data") } },
    undefined,
    [["beam.artifacts-direction", at(ARTIFACTS)]],
  ],
  [
    "a bucket that nobody may write",
    { [ARTIFACTS]: { type: "bucket-write", to: bucketWith("data", { access: { credentials: { type: "public" } } }) } },
    undefined,
    [["beam.bucket-read-only", at(ARTIFACTS)]],
  ],
  [
    "a bucket that the workers do not have",
    { [ARTIFACTS]: { type: "bucket-write", to: bucketWith("data") } },
    flink(),
    [["beam.bucket-not-of-runner", at(ARTIFACTS)]],
  ],
  [
    "a model that workers of a cluster do not have",
    { [ELEMENT]: { type: "pretrained-model", model: bert } },
    flink(),
    [["pipelines.model-of-cluster", "pipelines.ranking.bindings"]],
  ],
  [
    "the name of a model that its image says",
    {
      [ELEMENT]: {
        type: "model-server",
        service: Object.assign(modelServer(new App(), "iris", undefined), { modelName: undefined }),
        value: "name",
      },
    },
    undefined,
    [["beam.model-name-unknown", `${at(ELEMENT)}.value`]],
  ],
])("refuses %s", (_, bindings, runner, expected) => {
  expect(synth(bindings, typeof runner === "function" ? { runner } : {}).problems).toEqual(expected);
});

test("an environment names them, and lineage follows", () => {
  const keys = { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") };
  const data = { type: "s3-compatible", bucket: "data", endpoint: "https://minio.example.com", credentials: keys, namespaces: ["beam"] };
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    buckets: { data },
    beamRunners: { main: { type: "direct", buckets: ["data"] } },
    pipelines: {
      ranking: { definition: DEFINITION, runner: "main", bindings: { [ARTIFACTS]: { type: "bucket-write", to: "data", path: "ranking" } } },
    },
  };

  const { lineage } = unwrap(createPlatform({ sections: catalog }).resolve(spec as never));

  expect(lineage.links).toContainEqual({ from: "pipelines.ranking", to: "buckets.data", by: `${at(ARTIFACTS)}.to` });
});
