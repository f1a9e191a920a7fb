/**
 * The very command and variables of the job that registers results, with the official MLflow and an API server on loopback.
 *
 * @exercises katib, trainer
 */

import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import { Construct } from "constructs";
import { Experiment } from "#lib/components/katib/index";
import { TrainJob } from "#lib/components/trainer/index";
import type { JsonObject } from "#lib/core/json";
import type { IModelRegistry } from "#lib/kube/model-registry";
import { pods } from "#lib/kube/network";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { Authority } from "#stacks/local/control-plane/certificate";
import { bucketWith } from "../../../fixtures/bucket";
import { type Mlflow, startMlflow } from "../../../fixtures/mlflow/server";
import { startContainer } from "../../../fixtures/pod-process";

jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-best-trial-"));
/** What the API server has, by path. */
const served = new Map<string, JsonObject>();
let api: Server;
let mlflow: Mlflow;
let apiPort: number;

beforeAll(async () => {
  [mlflow] = await Promise.all([startMlflow(folder), startApi()]);
}, 1_800_000);

afterAll(async () => {
  await mlflow?.stop();
  api?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers with an object to who has the token. */
async function startApi(): Promise<void> {
  const authority = await Authority.create("test");
  const { certificate: cert, key } = await authority.server("kubernetes", ["127.0.0.1"]);
  writeFileSync(join(folder, "ca.crt"), authority.certificate);
  writeFileSync(join(folder, "token"), "a-token\n");
  api = createServer({ cert, key }, ({ url = "", headers }, response) => {
    const found = headers.authorization === "Bearer a-token" ? served.get(url) : undefined;
    response.writeHead(found ? 200 : 403, { "content-type": "application/json" }).end(JSON.stringify(found ?? {}));
  });
  apiPort = await freePort();
  api.listen(apiPort, "127.0.0.1");
  await once(api, "listening");
}

const registryIn = (scope: Construct): IModelRegistry =>
  Object.assign(new Construct(scope, "registry"), {
    name: "main",
    api: "mlflow",
    url: mlflow.url,
    authentication: "none",
    pods: pods("mlflow"),
    ports: [{ port: 5000 }],
  } as const);

/** Runs the job once; its last line. */
async function register(objects: readonly KubeObject[]): Promise<string> {
  const job = objects.find((each) => groupKind(each) === "batch/CronJob");
  if (!job) throw new Error("no job");
  const process = startContainer(job, "main", {
    path: mlflow.bin,
    secrets: {},
    replaced: {},
    variables: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: `${apiPort}`, ACCOUNT_FOLDER: folder },
  });
  let [said, failed] = ["", ""];
  process.stdout?.on("data", (data) => {
    said += String(data);
  });
  process.stderr?.on("data", (data) => {
    failed += String(data);
  });
  const [code] = await once(process, "close");
  if (code !== 0) throw new Error(failed);
  return said.trim().split("\n").at(-1) ?? "";
}

test("registers the best trial of a search with its parameters and the metric that counts, once", async () => {
  const chart = Testing.chart();
  const katib = { controller: pods("katib"), dbManager: pods("katib"), dbManagerAddress: "katib-db-manager.katib.svc:6789" };
  new Experiment(chart, "Experiment", {
    name: "search",
    katib,
    objective: { type: "minimize", metric: "loss" },
    algorithm: { type: "random" },
    parameters: { lr: { type: "double", min: 0.001, max: 0.1 } },
    trial: { program: ["python", "/app/train.py"], image: "registry.example.com/ml/mnist:1.0" },
    best: { registry: registryIn(chart) },
  });
  const objects = chart.toJson() as KubeObject[];
  const experiment = objects.find((each) => groupKind(each) === "kubeflow.org/Experiment");
  if (!experiment) throw new Error("no experiment");
  const { name, namespace = "" } = experiment.metadata;
  const path = `/apis/kubeflow.org/v1beta1/namespaces/${namespace}/experiments/${name}`;
  const found = { ...experiment, metadata: { ...experiment.metadata, uid: "1-2-3" } };
  const best = {
    bestTrialName: `${name}-x2x4z`,
    parameterAssignments: [{ name: "lr", value: "0.0123" }],
    observation: { metrics: [{ name: "loss", min: "0.25", max: "0.9", latest: "0.5" }] },
  };

  served.set(path, { ...found, status: { conditions: [{ type: "Running", status: "True" }], currentOptimalTrial: best } });
  expect(await register(objects)).toBe("there is no result");

  served.set(path, { ...found, status: { conditions: [{ type: "Succeeded", status: "True" }], currentOptimalTrial: best } });
  expect(await register(objects)).toContain(`registered ${name}-x2x4z as run`);
  expect(await register(objects)).toBe(`${name}-x2x4z is registered`);

  const { runs } = await mlflow.runsOf("search");
  expect(runs).toMatchObject([
    {
      info: { status: "FINISHED", run_name: `${name}-x2x4z` },
      data: {
        params: [{ key: "lr", value: "0.0123" }],
        metrics: [{ key: "loss", value: 0.25 }],
        tags: expect.arrayContaining([{ key: "katib.algorithm", value: "random" }]),
      },
    },
  ]);
});

/** What a release writes on the job: its lineage goes on in the registry. */
const ORIGIN = { "beamstack-iac/source": "trainer.jobs.bert", "beamstack-iac/upstream": "objectStorage.buckets.pages" };

test("registers a finished training job with its size and last metrics, and a version of its model for each", async () => {
  const chart = Testing.chart();
  const models = bucketWith("models");
  new TrainJob(chart, "Job", {
    name: "bert",
    framework: { type: "pytorch", program: ["/app/train.py"] },
    nodes: 2,
    output: { storage: Object.assign(models, { bucket: models }) },
    register: { registry: registryIn(chart), model: 'the "best" bert' },
  });
  const objects = chart.toJson() as KubeObject[];
  const job = objects.find((each) => groupKind(each) === "trainer.kubeflow.org/TrainJob");
  if (!job) throw new Error("no job");
  const { name, namespace = "" } = job.metadata;
  const finish = (uid: string) => {
    const status = {
      conditions: [{ type: "Complete", status: "True" }],
      trainerStatus: { metrics: [{ name: "loss", value: "0.125" }] },
    };
    served.set(`/apis/trainer.kubeflow.org/v1alpha1/namespaces/${namespace}/trainjobs/${name}`, {
      ...job,
      metadata: { ...job.metadata, uid, annotations: ORIGIN },
      status,
    });
  };

  for (const uid of ["first", "second"]) {
    finish(uid);
    expect(await register(objects)).toContain(`registered ${name} as run`);
  }

  const { runs } = await mlflow.runsOf("bert");
  const filter = encodeURIComponent("name='the \"best\" bert'");
  const found = await fetch(`${mlflow.url}/api/2.0/mlflow/model-versions/search?filter=${filter}`);
  const { model_versions: versions } = (await found.json()) as JsonObject;
  expect(runs).toHaveLength(2);
  expect(runs).toMatchObject([{}, { data: { metrics: [{ key: "loss", value: 0.125 }] } }]);
  const tags = expect.arrayContaining(Object.entries(ORIGIN).map(([key, value]) => ({ key, value })));
  expect(versions).toMatchObject([
    { version: "2", source: "s3://models/bert", tags },
    { version: "1", source: "s3://models/bert", tags },
  ]);
});
