/** The objects of a pipeline. */

import { ApiObject, App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { BeamPipeline, type BeamPipelinePlace, type BeamPipelineProps } from "#lib/components/beam/index";
import { type ExistingFlinkClusterProps, FlinkCluster } from "#lib/components/flink/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { setPlace } from "#lib/kube/ownership";
import { problemsOf } from "#lib/kube/problems";
import { DirectRunner, FakeStore } from "./fake-roles";

const TUTORIAL =
  "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config:\n        elements: [1, 2, 3]\n    - type: LogForTesting\n";
const KEYED =
  "pipeline:\n  transforms:\n    - type: Embed\n      config:\n        api_key: sk-canary\nproviders:\n  - {type: python, config: {}, transforms: {Embed: mine.Embed}}\n";

type SynthProps = Partial<BeamPipelineProps & BeamPipelinePlace> & Pick<ExistingFlinkClusterProps, "checkpoints">;

function synth({ checkpoints, ...props }: SynthProps = {}) {
  const chart = new Chart(new App(), "pipelines");
  const scope = new Construct(chart, "Scope");
  setPlace(scope, { source: "pipelines.numbers" });
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } as const;
  const pipeline = new BeamPipeline(scope, "Pipeline", {
    definition: TUTORIAL,
    name: "numbers",
    runner: FlinkCluster.fromExisting(chart, "Runner", { name: "main", versions, checkpoints }),
    ...props,
  });
  // Not chart.toJson(): it throws where the props are wrong, and these tests want to see what is there then.
  const made = chart.node.findAll().flatMap((construct) => (ApiObject.isApiObject(construct) ? [construct.toJson()] : []));
  const objects: Record<string, ReturnType<typeof JSON.parse>> = Object.fromEntries(made.map((object) => [object.kind, object]));
  return { objects, policies: made.filter(({ kind }) => kind === "NetworkPolicy"), problems: problemsOf(pipeline), pipeline };
}

test("a pipeline is a Job, its files, an account without a token and a way to Flink", () => {
  const { objects, pipeline, problems } = synth();

  expect(problems).toEqual([]);
  expect(Object.keys(objects).sort()).toEqual(["ConfigMap", "Job", "NetworkPolicy", "ServiceAccount"]);
  expect(objects["Job"].metadata).toMatchObject({ name: pipeline.jobName, namespace: "flink" });
  expect(pipeline.jobName).toMatch(/^numbers-[0-9a-f]{8}$/);
  expect(objects["ConfigMap"].metadata.name).toBe(pipeline.jobName);
  expect(objects["ConfigMap"].data["pipeline.yaml"]).toBe(TUTORIAL);
});

test("the command line names Flink, the job server beside it and the workers' pool", () => {
  const [container] = synth().objects["Job"].spec.template.spec.containers;

  expect([...container.command, ...container.args]).toEqual([
    "python",
    "submit.py",
    "--yaml_pipeline_file=pipeline.yaml",
    "--runner=FlinkRunner",
    "--flink_master=main-rest.flink:8081",
    "--job_endpoint=localhost:8099",
    "--job_server_timeout=120",
    "--environment_type=EXTERNAL",
    "--environment_config=localhost:50000",
    expect.stringMatching(/^--job_name=numbers-[0-9a-f]{8}$/),
    "--parallelism=1",
    "--number_of_execution_retries=0",
  ]);
});

test("the job server has the runner's Flink line and the SDK's version", () => {
  const [sidecar] = synth().objects["Job"].spec.template.spec.initContainers;

  expect(sidecar).toMatchObject({ image: "docker.io/apache/beam_flink2.2_job_server:2.77.0", restartPolicy: "Always" });
});

const CHANGES: readonly (readonly [string, Partial<BeamPipelineProps>])[] = [
  ["the file", { definition: `${TUTORIAL}# changed\n` }],
  ["options", { options: { max_parallelism: 4 } }],
  ["parallelism", { parallelism: 2 }],
  ["the image", { image: "registry.example.com/sdk:1" }],
  ["the outcome", { outcome: "running" }],
  ["upgrade", { upgrade: "savepoint" }],
  ["the savepoint", { savepoint: "s3://bucket/savepoint-1" }],
  ["leave to drop state", { savepoint: "s3://bucket/savepoint-1", allowNonRestoredState: true }],
  ["artifacts", { artifacts: "s3://bucket/artifacts" }],
  ["restarts", { restarts: 3 }],
  ["tries", { tries: 1 }],
  ["the timeout", { timeout: Duration.hours(1) }],
  ["a binding", { bindings: { "Create.elements": { type: "value", value: [4] } } }],
  ["a variable", { definition: `${TUTORIAL}# {{ who }}\n`, variables: { who: { type: "value", value: "x" } } }],
];

test.each(CHANGES)("a change of %s makes another Job and other files", (_what, change) => {
  const [before, after] = [synth(), synth(change)];

  expect(after.problems).toEqual([]);
  expect(after.objects["Job"].metadata.name).not.toBe(before.objects["Job"].metadata.name);
  expect(after.objects["ConfigMap"].metadata.name).toBe(after.objects["Job"].metadata.name);
});

test("a secret in clear text is expected in a Secret and written nowhere", () => {
  const { objects, problems } = synth({ definition: KEYED });

  expect(JSON.stringify(objects)).not.toContain("sk-canary");
  expect(problems.map((problem) => problem.id).sort()).toEqual(["beam.classes-not-in-sdk-image", "beam.secret-in-clear-text"]);
  expect(JSON.stringify(problems)).not.toContain("sk-canary");
  expect(objects["Job"].spec.template.spec.volumes[0].projected.sources).toContainEqual({
    secret: { name: "numbers-secrets", items: [{ key: "Embed.api_key", path: "secrets/0" }] },
  });
});

test("secrets of transforms without names of their own are told apart by their places in the file", () => {
  const sink = (key: string) => `    - type: Embed\n      config:\n        api_key: ${key}\n`;
  const { objects } = synth({
    definition: KEYED.replace(sink("sk-canary"), `${sink("one")}${sink("two")}`),
    image: "registry.example.com/sdk:1",
  });
  const sources: { secret?: { items: { key: string }[] } }[] = objects["Job"].spec.template.spec.volumes[0].projected.sources;

  expect(sources.flatMap(({ secret }) => secret?.items.map(({ key }) => key) ?? [])).toEqual([
    "pipeline.transforms.0.config.api_key",
    "pipeline.transforms.1.config.api_key",
  ]);
});

test("a bound secret is mounted from where the binding says, and no longer warned of", () => {
  const { objects, problems } = synth({
    definition: KEYED,
    image: "registry.example.com/sdk:1",
    bindings: { "Embed.api_key": secretRef("openai", "key") },
  });

  expect(problems).toEqual([]);
  expect(objects["Job"].spec.template.spec.volumes[0].projected.sources).toContainEqual({
    secret: { name: "openai", items: [{ key: "key", path: "secrets/0" }] },
  });
});

test("a pipeline that streams is done once it runs, and Flink's own restart rule holds", () => {
  const { objects } = synth({ definition: `${TUTORIAL}options:\n  streaming: true\n` });

  expect(JSON.parse(objects["ConfigMap"].data["settings.json"]).outcome).toBe("running");
  expect(objects["Job"].spec.template.spec.containers[0].args.join(" ")).not.toContain("number_of_execution_retries");
});

const EVERY_MINUTE = { interval: Duration.minutes(1), timeout: Duration.minutes(10) };

test.each([
  ["the file says so", { definition: `${TUTORIAL}options:\n  streaming: true\n` }],
  ["an option says so", { options: { streaming: true } }],
  [
    "a binding says so",
    {
      definition: `${TUTORIAL}options:\n  streaming: false\n`,
      bindings: { "options.streaming": { type: "value", value: true } },
    },
  ],
] as const)("a stream, where %s, makes the checkpoints that its runner wants", (_where, props) => {
  const job = synth({ ...props, checkpoints: EVERY_MINUTE }).objects["Job"];

  expect(job.spec.template.spec.containers[0].args).toEqual(
    expect.arrayContaining([
      "--checkpointing_interval=60000",
      "--checkpoint_timeout_millis=600000",
      "--externalized_checkpoints_enabled",
      "--retain_externalized_checkpoints_on_cancellation",
    ]),
  );
});

test("a stream's own options win over what its runner wants", () => {
  const { objects } = synth({ options: { streaming: true, checkpointing_interval: 5_000 }, checkpoints: EVERY_MINUTE });
  const args: string[] = objects["Job"].spec.template.spec.containers[0].args;

  expect(args.filter((argument) => argument.startsWith("--checkpointing_interval"))).toEqual(["--checkpointing_interval=5000"]);
});

test("a pipeline that ends makes no checkpoints, nor does a stream on a runner without", () => {
  const batch = synth({ checkpoints: EVERY_MINUTE }).objects["Job"];
  const stream = synth({ options: { streaming: true } }).objects["Job"];

  expect(JSON.stringify([batch, stream])).not.toContain("checkpoint");
});

const PACKAGES = `${TUTORIAL}providers: [{type: pythonPackage, config: {packages: [numpy]}, transforms: {Mine: mine.Mine}}]\n`;
const REACHES: readonly (readonly [string, Partial<BeamPipelineProps>, readonly string[]])[] = [
  ["nowhere but to Flink", {}, []],
  ["S3 with the pod's identity for s3:", { artifacts: "s3://bucket/artifacts" }, ["outside 443", "169.254.170.23/32 80"]],
  ["Google's storage with the pod's identity for gs:", { artifacts: "gs://bucket/artifacts" }, ["outside 443", "169.254.169.252/32 988"]],
  ["Azure's storage for abfss:", { definition: TUTORIAL.replace("[1, 2, 3]", '["abfss://c@a.dfs.core.windows.net/in"]') }, ["outside 443"]],
  [
    "object storage that the file names",
    { definition: TUTORIAL.replace("[1, 2, 3]", '["gs://bucket/in"]') },
    ["outside 443", "169.254.169.252/32 988"],
  ],
  [
    "object storage that the file includes",
    { definition: `{% import 's3://bucket/m.yaml' as m %}\n${TUTORIAL}` },
    ["outside 443", "169.254.170.23/32 80"],
  ],
  [
    "object storage that a binding names",
    { bindings: { "Create.elements": { type: "value", value: ["s3://bucket/in"] } } },
    ["outside 443", "169.254.170.23/32 80"],
  ],
  [
    "object storage that a variable names",
    { definition: TUTORIAL.replace("[1, 2, 3]", '["{{ src }}"]'), variables: { src: { type: "value", value: "abfss://c@a/in" } } },
    ["outside 443"],
  ],
  ["nowhere more for a web page among its data", { definition: TUTORIAL.replace("[1, 2, 3]", '["https://example.com"]') }, []],
  [
    "where jars come from for Java's transforms",
    {
      definition:
        "pipeline: {type: chain, transforms: [{type: ReadFromKafka, config: {topic: a}}]}\noptions: {default_environment_type: PROCESS}\n",
    },
    ["outside 443"],
  ],
  ["the package index for requirements", { options: { requirements_file: "requirements.txt" } }, ["outside 443"]],
  ["the package index for packages", { definition: PACKAGES, artifacts: "s3://bucket/artifacts" }, ["outside 443", "169.254.170.23/32 80"]],
];

test.each(REACHES)("the submitter reaches %s", (_where, props, expected) => {
  const { policies } = synth(props);
  const reached = policies
    .filter(({ metadata, spec }) => spec.egress && !/\.to-flink-|\.workers-/.test(metadata.name))
    .map(
      ({
        spec: {
          podSelector,
          egress: [
            {
              to: [first],
              ports: [{ port }],
            },
          ],
        },
      }) => {
        expect(podSelector.matchLabels).toMatchObject({ "beamstack-iac/pipeline": "numbers" });
        return `${first.ipBlock.cidr === "0.0.0.0/0" ? "outside" : first.ipBlock.cidr} ${port}`;
      },
    );

  expect(reached).toEqual(expected);
});

test("an identity on Azure labels the pods, which its webhook looks for", () => {
  const { objects } = synth({ serviceAccountAnnotations: { "azure.workload.identity/client-id": "0" } });

  expect(objects["ServiceAccount"].metadata.annotations).toEqual({ "azure.workload.identity/client-id": "0" });
  expect(objects["Job"].spec.template.metadata.labels).toMatchObject({ "azure.workload.identity/use": "true" });
  expect(synth().objects["Job"].spec.template.metadata.labels).not.toHaveProperty("azure.workload.identity/use");
});

test("the workers reach the stores that the pipeline names, and the Job waits for them", () => {
  const chart = new Chart(new App(), "stores");
  const store = new FakeStore(chart, "Store");
  const { policies, pipeline } = synth({ stores: [store] });

  expect(policies.filter(({ metadata }) => metadata.name.includes("documents"))).toMatchObject([
    {
      metadata: { name: "pipeline.numbers.workers-to-documents-egress", namespace: "flink" },
      spec: { podSelector: { matchLabels: { component: "taskmanager" } }, egress: [{ ports: [{ port: 9200 }] }] },
    },
    {
      metadata: { name: "pipeline.numbers.workers-to-documents-ingress", namespace: "search" },
      spec: { podSelector: { matchLabels: { app: "documents" } }, ingress: [{ ports: [{ port: 9200 }] }] },
    },
  ]);
  expect(pipeline.node.findChild("Job").node.dependencies).toContain(store);
});

test("a runner that is not Flink has no job server, no way to Flink and options of its own", () => {
  const runner = new DirectRunner(new Chart(new App(), "direct"), "Runner");
  const { objects, policies, problems } = synth({ runner, parallelism: 2 });
  const pod = objects["Job"].spec.template.spec;

  expect(problems).toEqual([]);
  expect(pod.initContainers).toBeUndefined();
  expect(pod.containers[0].args).toEqual([
    "--yaml_pipeline_file=pipeline.yaml",
    "--runner=DirectRunner",
    expect.stringMatching(/^--job_name=numbers-[0-9a-f]{8}$/),
    "--direct_num_workers=2",
  ]);
  expect(pod.containers[0].env).toContainEqual({ name: "BEAMSTACK_WITHOUT_FLINK", value: "1" });
  expect(policies).toEqual([]);
});

test("a runner says what it cannot do", () => {
  const runner = new DirectRunner(new Chart(new App(), "direct"), "Runner");

  expect(synth({ runner, upgrade: "savepoint" }).problems).toMatchObject([
    { id: "direct.no-savepoints", path: "pipelines.numbers.upgrade" },
  ]);
});

const GIVEN: readonly (readonly [string, Partial<BeamPipelineProps>])[] = [
  ["a binding of a secret place", { bindings: { "Create.api_key": { type: "value", value: "c4nary" } } }],
  [
    "a binding of what holds a secret",
    { bindings: { Create: { type: "value", value: { type: "Create", config: { api_key: "c4nary" } } } } },
  ],
  ["a binding with a secret in it", { bindings: { "Create.elements": { type: "value", value: ["jdbc:x://h?password=c4nary"] } } }],
  ["a variable in a secret place", { variables: { given: { type: "value", value: "c4nary" } } }],
];

test.each(GIVEN)("refuses %s in clear text", (_what, change) => {
  const definition = `pipeline:\n  transforms:\n    - {type: Create, config: {elements: [1], api_key: "{{ given }}"}}\n`;
  const { objects, problems } = synth({ definition, ...change });

  expect(problems.filter((problem) => problem.severity !== "warning").map((problem) => problem.id)).toEqual([
    "beam.secret-given-in-clear-text",
  ]);
  expect(JSON.stringify([problems, objects])).not.toContain("c4nary");
});

test("included files stand beside the pipeline, those in folders too, and their pages are reachable", () => {
  const page = "http://example.org:8080/more.yaml";
  const { objects } = synth({
    definition: `{% include 'part.yaml' %}\n${TUTORIAL}providers: [{include: ./a/list.yaml}]\n`,
    includes: { "part.yaml": "# a part\n", "a/list.yaml": `- include: ${page}\n` },
    webIncludes: [page],
  });
  const all = Object.values(objects);
  const data = all.find(({ kind }) => kind === "ConfigMap")?.["data"];

  expect(data).toMatchObject({ "part.yaml": "# a part\n", "a..list.yaml": `- include: ${page}\n` });
  expect(JSON.stringify(all.find(({ kind }) => kind === "Job"))).toContain('{"key":"a..list.yaml","path":"a/list.yaml"}');
  expect(JSON.stringify(all.filter(({ kind }) => kind === "NetworkPolicy"))).toContain('"port":8080');
});

const WRONG: readonly (readonly [string, Partial<BeamPipelineProps & BeamPipelinePlace>])[] = [
  ["beam.unreadable-file", { definition: "" }],
  ["beam.no-pipeline", { definition: "transforms: []\n" }],
  ["beam.not-yaml", { definition: "pipeline: type: chain\n" }],
  ["beam.unknown-binding", { bindings: { "Create.element": secretRef("a", "b") } }],
  [
    "beam.value-not-replaceable",
    { bindings: { "Create.elements": { type: "value", value: [] }, "Create.elements.0": secretRef("a", "b") } },
  ],
  ["beam.name", { name: "x".repeat(51) }],
  ["beam.name", { name: "A B" }],
  ["beam.reserved-option", { options: { runner: "DirectRunner" } }],
  ["beam.option-in-file", { definition: `${TUTORIAL}options: {max_parallelism: 1}\n`, options: { max_parallelism: 2 } }],
  ["beam.option-in-file", { definition: `${TUTORIAL}options: {parallelism: 1}\n`, parallelism: 2 }],
  ["beam.option-in-file", { definition: `${TUTORIAL}options: {number_of_execution_retries: 1}\n`, restarts: 2 }],
  ["beam.option-in-file", { definition: `${TUTORIAL}options: {savepoint_path: "s3://a/b"}\n`, upgrade: "savepoint" }],
  ["beam.value-not-replaceable", { definition: `{% raw %}\n${KEYED}{% endraw %}\n` }],
  ["beam.nothing-to-restore", { allowNonRestoredState: true }],
  ["beam.unused-variable", { variables: { nobody: secretRef("a", "b") } }],
  ["beam.file-too-large", { definition: `${TUTORIAL}# ${"x".repeat(1024 ** 2)}\n` }],
  ["spec.wrong-value", { parallelism: 0 }],
];

test.each(WRONG)("reports %s and makes no object", (id, change) => {
  const { objects, problems } = synth(change);

  expect(problems.filter((problem) => problem.severity !== "warning").map((problem) => problem.id)).toEqual([id]);
  expect(objects).toEqual({});
});

const POINTED_OUT: readonly (readonly [string, string])[] = [
  ["beam.artifacts-not-shared", `${TUTORIAL}options: {requirements_file: "gs://bucket/requirements.txt"}\n`],
  ["beam.other-file", `{% import 'macros.yaml' as m %}\n${TUTORIAL}`],
  ["beam.not-yaml", "pipeline:\n  type: chain\n  transforms: [{type: Create},\n {type: LogForTesting}]\n"],
  ["beam.local-file", "pipeline: {type: chain, transforms: [{type: ReadFromText, config: {path: /data/in}}]}\n"],
  ["beam.option-of-the-runner", `${TUTORIAL}options: {runner: DirectRunner}\n`],
  ["beam.unknown-transform", "pipeline: {type: chain, transforms: [{type: Craete, config: {elements: [1]}}]}\n"],
  [
    "beam.needs-java",
    "pipeline: {type: chain, transforms: [{type: ReadFromKafka, config: {topic: a, bootstrap_servers: b}}]}\noptions: {default_environment_type: EMBEDDED}\n",
  ],
];

test.each(POINTED_OUT)("warns of %s and makes the objects all the same", (id, definition) => {
  const { objects, problems } = synth({ definition });

  expect(problems.map((problem) => [problem.id, problem.severity])).toEqual([[id, "warning"]]);
  expect(objects["Job"]).toBeDefined();
});
