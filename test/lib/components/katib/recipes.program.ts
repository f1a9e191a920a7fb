/**
 * The trial of each recipe's experiment, with the official PyTorch: the command that Katib makes of it, for a value of the search space; and the training job of a recipe.
 *
 * @exercises katib, trainer
 */

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Testing } from "cdk8s";
import { BeamPipeline } from "#lib/components/beam/index";
import { BeamRunner } from "#lib/components/beam-runners/index";
import { Experiment, type RecipeProps, recipeExperiment, recipeProgram } from "#lib/components/katib/index";
import { TrainJob } from "#lib/components/trainer/index";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { pods } from "#lib/kube/network";
import type { KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { installed } from "#stacks/beam/installed";
import { writeVolume } from "#stacks/beam/submitter";
import { obtainBeam } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { bucketWith } from "../../../fixtures/bucket";
import { runContainer } from "../../../fixtures/pod-process";
import { withPytorch } from "../../../fixtures/pytorch";
import { torchrunVariables } from "../../../fixtures/trainer/torchrun";

jest.setTimeout(600_000);

const RECIPES = join(__dirname, "../../../../recipes");
const SCORE = join(__dirname, "../../../fixtures/recipes/score.py");
/** Katib's pattern of lines with a metric. Source: Katib v0.19.0, common/const.go. */
const METRIC = /^([\w|-]+)\s*=\s*([+-]?\d*(?:\.\d+)?(?:[Ee][+-]?\d+)?)$/gm;
const REQUIREMENTS = join(__dirname, "../../../fixtures/recipes/requirements.txt");
const TASK = "beamstack_recipes.example:Rings";
const IMAGE = "registry.example.com/team/recipes:1.0";
const folder = mkdtempSync(join(tmpdir(), "recipes-"));
let pytorch: string;
let python: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  pytorch = await withPytorch();
  const lib = join(pytorch, "lib");
  const [version = ""] = readdirSync(lib);
  const fill = async (target: string): Promise<void> => {
    execFileSync("python3", ["-m", "venv", target], { stdio: "pipe" });
    // PyTorch, which some of them depend on, is elsewhere.
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", REQUIREMENTS];
    execFileSync(join(target, "bin/python"), pip, { stdio: "inherit" });
  };
  python = join(await installed({ name: "recipes", inputs: [readFileSync(REQUIREMENTS, "utf8")], fill }, silent), "bin/python");
  const { bin } = await obtainBeam(silent);
  const modules = [
    RECIPES,
    ...[lib, join(bin, "../lib"), join(dirname(python), "../lib")].map((each) => join(each, version, "site-packages")),
  ];
  env = { ...process.env, PYTHONPATH: modules.join(delimiter), PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" };
}, 1_800_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Metrics of the trial with these values, as the collector finds them in its output. */
function trial(recipe: Pick<RecipeProps, "method" | "gates">, values: Readonly<Record<string, string>>): Record<string, number> {
  const chart = Testing.chart();
  const experiment = recipeExperiment({
    ...recipe,
    task: TASK,
    image: IMAGE,
  });
  new Experiment(chart, "Subject", {
    ...experiment,
    name: "smaller",
    katib: { dbManager: pods("katib"), controller: pods("katib"), dbManagerAddress: "katib-db-manager.katib:6789" },
  });
  const found = chart.toJson().find(({ kind }: { kind: string }) => kind === "Experiment");
  const command = valueAt(found, ["spec", "trialTemplate", "trialSpec", "spec", "template", "spec", "containers", 0, "command"]);
  const [, ...args] = (command as string[]).map((text) =>
    text
      .replace(/\$\{trialParameters\.([\w-]+)\}/, (_, name: string) => values[name] ?? "")
      .replace("/tmp/result", join(folder, recipe.method)),
  );
  const said = execFileSync(python, args, { env, encoding: "utf8", stdio: "pipe" });
  return Object.fromEntries([...said.matchAll(METRIC)].map(([, name = "", value]) => [name, Number(value)]));
}

test.each([
  ["is formatted", ["ruff", "format", "--check", "."]],
  ["has no lint", ["ruff", "check", "."]],
  ["has its types", ["mypy"]],
  ["passes its tests", ["pytest", "-q", "-p", "no:cacheprovider"]],
])("the package %s", (_what, command) => {
  const { status, stdout, stderr } = spawnSync(python, ["-m", ...command], { cwd: RECIPES, env, encoding: "utf8" });

  expect({ status, output: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
});

test.each([
  ["pruning", { ratio: "0.5", epochs: "3" }, 0.6],
  ["quantisation", { scheme: "int8-weights" }, 0.6],
  ["distillation", { width: "48", depth: "2", temperature: "2.0" }, 0.6],
] as const)("a trial of %s reports a smaller model", (method, values, most) => {
  const found = trial({ method, gates: { maxAccuracyDrop: 0.05 } }, values);

  expect(found["score"]).toBeLessThan(most);
  expect(found["accuracy"]).toBeGreaterThan(0.85);
});

test("a trial of an architecture reports its accuracy", () => {
  const found = trial({ method: "architecture", gates: { maxAccuracyDrop: 0.1 } }, { width: "64", depth: "2", "learning-rate": "0.01" });

  expect(found["score"]).toBe(found["accuracy"]);
});

test("torchrun starts the recipe of a training job, which stores the model that its gates allow", async () => {
  const [output, stored] = [join(folder, "job"), join(folder, "stored")];
  mkdirSync(join(stored, "small"), { recursive: true });
  const place = { nodes: 1, processes: 1, rank: 0, address: "127.0.0.1", port: await freePort() };
  const path = [join(pytorch, "bin"), env["PATH"]].join(delimiter);
  const variables = { ...env, ...torchrunVariables(place), GLOO_SOCKET_IFNAME: "lo", PATH: path } as Record<string, string>;
  const replaced = { "/tmp/result": output, "s3://models": `file://${stored}` };

  const said = runContainer(trainingJob(), "node", { path, secrets: SECRETS, replaced, variables });

  expect(said).toMatch(/^score=0\.\d+$/m);
  expect(readdirSync(join(stored, "small")).sort()).toEqual(["baseline.pt2", "model.pt2", "report.json"]);
  expect(readFileSync(join(stored, "small/model.pt2"))).toEqual(readFileSync(join(output, "model.pt2")));
});

const SECRETS = { "keys/id": "access", "keys/secret": "secret" };

/** The runtime of a job with values of its own. */
function trainingJob(): KubeObject {
  const chart = Testing.chart();
  const bucket = bucketWith("models", { location: { region: "us-east-1" } });
  const program = recipeProgram({ method: "pruning", task: TASK, gates: { maxAccuracyDrop: 0.05 }, values: { ratio: 0.5, epochs: 3 } });
  const output = { storage: Object.assign(bucket, { bucket }) };
  new TrainJob(chart, "Job", { name: "small", image: IMAGE, framework: { type: "pytorch", program }, output });
  const found = (chart.toJson() as KubeObject[]).find(({ kind }) => kind === "TrainingRuntime");
  if (!found) throw new Error("no runtime");
  return found;
}

test("a pipeline predicts from a bucket what the exported model predicts, with the command line and variables of its Job", async () => {
  trial({ method: "pruning", gates: { maxAccuracyDrop: 0.1 } }, { ratio: "0.5", epochs: "2" });
  const model = join(folder, "pruning/model.pt2");
  const wanted = JSON.parse(
    execFileSync(python, [SCORE, "rows", model, folder], { env, encoding: "utf8", stdio: "pipe" }).trim().split("\n").at(-1) ?? "",
  );
  const s3 = spawn(python, [join(__dirname, "../../../fixtures/s3/server.py"), folder], { env, stdio: ["pipe", "pipe", "ignore"] });
  try {
    const [port] = await once(s3.stdout, "data");
    const endpoint = `https://127.0.0.1:${String(port).trim()}`;
    const keys = { AWS_ACCESS_KEY_ID: "access", AWS_SECRET_ACCESS_KEY: "secret", AWS_CA_BUNDLE: join(folder, "ca.crt") };
    execFileSync(python, [SCORE, "upload", model, endpoint], { env: { ...env, ...keys }, stdio: "pipe" });
    const { job, configMap } = predicting(endpoint);
    const volume = mkdtempSync(join(folder, "volume-"));
    writeVolume({ job, configMap }, volume, () => "");
    const machine = {
      path: dirname(python),
      secrets: SECRETS,
      replaced: { "/etc/beamstack/bucket-ca": folder, "/beamstack": volume },
    };
    runContainer(job, "submit", { ...machine, variables: { ...env, HOME: folder } as Record<string, string> });

    const files = readdirSync(folder).filter((file) => file.startsWith("scored.jsonl-"));
    const rows = files.flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n")).map((line) => JSON.parse(line));
    expect(rows).toHaveLength(100);
    expect(Object.fromEntries(rows.map(({ id, label }) => [id, label]))).toEqual(wanted);
  } finally {
    s3.kill("SIGTERM");
    await once(s3, "exit");
  }
});

const PREDICT = `pipeline:
  type: chain
  transforms:
    - {type: ReadFromJson, config: {path: "${folder}/rows.jsonl"}}
    - {type: Predict, config: {model: any, fields: [${Array.from({ length: 16 }, (_, field) => `f${field}`).join(", ")}], output: label}}
    - {type: WriteToJson, config: {path: "${folder}/scored.jsonl"}}
providers:
  - {type: python, config: {}, transforms: {Predict: beamstack_recipes.inference.Predict}}
`;

function predicting(endpoint: string): { job: KubeObject; configMap: KubeObject } {
  const chart = Testing.chart();
  const bucket = bucketWith("models", { location: { endpoint, region: "us-east-1" }, access: { ca: secretRef("s3-ca", "ca.crt") } });
  const runner = new BeamRunner(chart, "Runner", { type: "direct", name: "inline", models: [Object.assign(bucket, { bucket })] });
  const bindings = { "Predict.model": { type: "value", value: "s3://models/fraud/model.pt2" } } as const;
  new BeamPipeline(chart, "Pipeline", { definition: PREDICT, bindings, name: "score", runner });
  const objects = chart.toJson() as KubeObject[];
  const [job, configMap] = ["Job", "ConfigMap"].map((kind) => objects.find((each) => each.kind === kind));
  if (!job || !configMap) throw new Error("a pipeline without its objects");
  return { job, configMap };
}

test("a trial whose model lost accuracy has metrics, and no score", () => {
  const found = trial({ method: "pruning", gates: { maxAccuracyDrop: 0.001 } }, { ratio: "0.9", epochs: "1" });

  expect(Object.keys(found).sort()).toEqual(["accuracy", "latency_ms", "size_bytes"]);
});
