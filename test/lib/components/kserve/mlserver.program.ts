/**
 * The very arguments and variables of our pods with KServe's storage initializer, MLServer and an S3 server with a CA of its own, on loopback; and a pipeline
 * that predicts with the same model.
 *
 * @exercises kserve, beam
 */

import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import { BeamPipeline } from "#lib/components/beam/index";
import { BeamRunner } from "#lib/components/beam-runners/index";
import { InferenceService } from "#lib/components/kserve/index";
import { type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import type { KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { loopbackCommand, runSubmitter, writeVolume } from "#stacks/beam/submitter";
import { environmentOf, here, type Machine, startContainer } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";
import { pythonPackages } from "../../../fixtures/python-packages";
import { type S3Server, startS3 } from "../../../fixtures/s3/start";
import { storageWith } from "./places";

jest.setTimeout(600_000);

/** MLServer 1.7.1 does not start its workers with a later uvloop, which its image does not have. */
const REQUIREMENTS = ["kserve-storage==0.20.0", "mlserver==1.7.1", "mlserver-sklearn==1.7.1", "uvloop==0.21.0"];
/** Of the pipeline's image: Beam with its extra, and the library of the model. */
const BATCH_REQUIREMENTS = ["apache-beam[yaml,aws]==2.77.0", "scikit-learn==1.7.2"];
const FIXTURES = join(__dirname, "../../../fixtures/kserve");
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-kserve-"));
const files = join(folder, "models");
let s3: S3Server;
let bin: string;
let service: KubeObject;
let batch: readonly KubeObject[];
let machine: Machine;
let server: ChildProcess | undefined;

beforeAll(async () => {
  bin = await pythonPackages("kserve", REQUIREMENTS);
  s3 = await startS3(folder, ["models"]);
  const access = {
    credentials: { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") },
  } as const;
  const storage = storageWith("models", {
    location: { endpoint: s3.endpoint, region: "us-east-1" },
    access: { ...access, ca: secretRef("s3-ca", "ca.crt") },
  });
  const chart = Testing.chart();
  new InferenceService(chart, "Service", {
    name: "iris",
    runtime: { type: "mlserver", format: "sklearn" },
    model: { type: "storage", storage, path: "iris/1" },
  });
  const pipelines = Testing.chart();
  new BeamPipeline(pipelines, "Pipeline", {
    name: "batch",
    runner: new BeamRunner(pipelines, "Runner", { name: "direct", type: "direct", buckets: [storage.bucket] }),
    definition: prediction(join(folder, "predicted")),
    bindings: { "Predict.kwargs.model_uri": { type: "bucket-read", from: storage.bucket, path: "iris/1/model.joblib" } },
  });
  batch = pipelines.toJson() as readonly KubeObject[];
  const found = Testing.synth(chart).find(({ kind }) => kind === "InferenceService");
  if (!found) throw new Error("no InferenceService");
  service = found;
  const [http, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  for (const name of ["models", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  machine = {
    path: bin,
    secrets: { "s3/id": "access", "s3/secret": "secret" },
    replaced: {
      "/mnt/models": files,
      "/etc/beamstack/bucket-ca": folder,
      "/tmp/metrics": join(folder, "metrics"),
      "8080": `${http}`,
      "9000": `${grpc}`,
      "8082": `${metrics}`,
    },
    variables: { MLSERVER_HOST: "127.0.0.1" },
  };
}, 1_200_000);

afterAll(async () => {
  if (server && server.exitCode === null) {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
  await s3?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Measures of flowers, one of each kind. */
const FLOWERS = [
  [5.1, 3.5, 1.4, 0.2],
  [5.9, 2.8, 4.3, 1.3],
  [6.9, 3.1, 5.4, 2.1],
] as const;

/** Beam's RunInference with a handler that Beam YAML has no name for. */
function prediction(output: string): string {
  return `pipeline:
  type: chain
  transforms:
    - type: Create
      config: {elements: ${JSON.stringify(FLOWERS.map((features, id) => ({ id, features })))}}
    - type: PyTransform
      name: Predict
      config:
        constructor: __callable__
        kwargs:
          model_uri: ""
          source: |
            import apache_beam as beam
            import numpy
            from apache_beam.ml.inference.base import KeyedModelHandler, RunInference
            from apache_beam.ml.inference.sklearn_inference import ModelFileType, SklearnModelHandlerNumpy

            def predict(rows, model_uri):
                handler = SklearnModelHandlerNumpy(model_uri, model_file_type=ModelFileType.JOBLIB)
                return (
                    rows
                    | beam.Map(lambda row: (row.id, numpy.array(row.features)))
                    | RunInference(KeyedModelHandler(handler))
                    | beam.Map(lambda pair: beam.Row(id=pair[0], label=int(pair[1].inference)))
                )
    - type: WriteToJson
      config: {path: ${output}, num_shards: 1}
`;
}

const url = (port: string) => `http://127.0.0.1:${machine.replaced[port]}`;

test("a model in a bucket is fetched and served by the arguments and variables of the pod", async () => {
  const model = join(folder, "model.joblib");
  const predicted = execFileSync(join(bin, "python"), [join(FIXTURES, "train.py"), model], { encoding: "utf8" }).trim();
  s3.put("models", "iris/1/model.joblib", model);

  const args = (valueAt(service, ["spec", "predictor", "initContainers", 0, "args"]) as string[]).map((text) => here(text, machine));
  const env = environmentOf(service, "storage-initializer", machine);
  execFileSync(join(bin, "python"), [join(FIXTURES, "fetch.py"), ...args], { env, stdio: "pipe" });
  expect(existsSync(join(files, "model.joblib"))).toBe(true);

  server = startContainer(service, "kserve-container", machine);
  const path = String(valueAt(service, ["spec", "predictor", "containers", 0, "readinessProbe", "httpGet", "path"]));
  let log = "";
  server.stderr?.on("data", (text: Buffer) => {
    log += text.toString();
  });
  const ready = await answering(async () => {
    if (server?.exitCode !== null) return false;
    if (!(await fetch(`${url("8080")}${path}`)).ok) throw new Error(`not ready: ${log}`);
    return true;
  });
  expect({ ready, ...(!ready && { log }) }).toEqual({ ready: true });
  expect(await inferred(FLOWERS[0])).toBe(Number(predicted));
  const metrics = await (await fetch(`${url("8082")}/metrics`)).text();
  expect(metrics).toMatch(/^model_infer_request_success_total\{model="iris".*\} 1\.0$/m);
});

/** What the server predicts. */
async function inferred(features: readonly number[]): Promise<unknown> {
  const answer = await fetch(`${url("8080")}/v2/models/iris/infer`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: [{ name: "x", shape: [1, 4], datatype: "FP32", data: features }] }),
  });
  return valueAt((await answer.json()) as JsonValue, ["outputs", 0, "data", 0]);
}

test("a pipeline predicts with the model of the bucket what the server predicts", async () => {
  const [job, configMap] = ["Job", "ConfigMap"].map((kind) => batch.find((each) => each.kind === kind));
  if (!job || !configMap) throw new Error("a pipeline without its objects");
  const beam = await pythonPackages("beam-sklearn", BATCH_REQUIREMENTS);
  const volume = join(folder, "volume");
  writeVolume({ job, configMap }, volume, () => "");
  const command = loopbackCommand(job, { flinkPort: 1, jobServerPort: 1, workerPoolPort: 1 });
  const env = { ...environmentOf(job, "submit", { ...machine, path: beam }), HOME: folder, BEAMSTACK_WITHOUT_FLINK: "1" };

  const { code, stderr } = await runSubmitter(command, { folder: volume, env, timeoutMs: 240_000 });

  expect({ code, said: code === 0 ? "" : stderr.slice(-3000) }).toEqual({ code: 0, said: "" });
  const [file = ""] = readdirSync(folder).filter((name) => name.startsWith("predicted-"));
  const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
  const labels = new Map(lines.map((line) => JSON.parse(line)).map(({ id, label }) => [id, label]));
  expect(FLOWERS.map((_, id) => labels.get(id))).toEqual(await Promise.all(FLOWERS.map(inferred)));
  expect(new Set(labels.values()).size).toBe(FLOWERS.length);
});

test("without the CA of the bucket nothing is fetched", () => {
  const { AWS_CA_BUNDLE: _ca, ...env } = environmentOf(service, "storage-initializer", machine);
  const run = () =>
    execFileSync(join(bin, "python"), [join(FIXTURES, "fetch.py"), "s3://models/iris/1", join(folder, "other")], { env, stdio: "pipe" });

  expect(run).toThrow(/CERTIFICATE_VERIFY_FAILED|SSL/);
});
