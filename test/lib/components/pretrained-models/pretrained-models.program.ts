/**
 * The very command, variables and program of our Job with the official clients, a Hub and an S3 server on loopback.
 *
 * @exercises pretrained-models
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App, Chart } from "cdk8s";
import { ModelStorage } from "#lib/components/model-storage/index";
import { ExternalBucket } from "#lib/components/object-storage/index";
import { PretrainedModel, type PretrainedModelProps } from "#lib/components/pretrained-models/index";
import { digestText } from "#lib/core/digest";
import { secretRef } from "#lib/core/secret-ref";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { pretrainedModelClient } from "#lib/kube/pretrained-model";
import { type Machine, runContainer } from "../../../fixtures/pod-process";
import { bert } from "./models";

const FIXTURES = join(__dirname, "../../../fixtures");
const TOKEN = "planted-hub-token";
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-models-"));
const python = join(folder, "venv/bin/python");
const started: ChildProcess[] = [];

/** A safetensors file: the length of its header, and the header. */
const HEADER = JSON.stringify({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
const WEIGHTS = `${String.fromCharCode(HEADER.length)}${"\0".repeat(7)}${HEADER}${"\0".repeat(4)}`;
const PICKLE = "\u0002pickled";
const CONTENT = { "model.safetensors": WEIGHTS, "config.json": "{}", "1_Pooling/config.json": '{"a":1}' };
const files = Object.fromEntries(Object.entries(CONTENT).map(([name, text]) => [name, `sha256:${digestText(text)}`]));

let hub: string;
let s3: string;

async function serve(args: readonly string[]): Promise<string> {
  const server = spawn(python, args, { stdio: ["pipe", "pipe", "ignore"] });
  started.push(server);
  const [port] = await once(server.stdout, "data");
  return String(port).trim();
}

beforeAll(async () => {
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  execFileSync(python, [...pip, "-r", join(FIXTURES, "hub/requirements.txt")]);
  for (const [name, text] of Object.entries({ ...CONTENT, "renamed.safetensors": PICKLE })) {
    mkdirSync(join(folder, "repository", dirname(name)), { recursive: true });
    writeFileSync(join(folder, "repository", name), text);
  }
  // 0x80 as one byte.
  writeFileSync(join(folder, "repository/renamed.safetensors"), Buffer.concat([Buffer.from([0x80]), Buffer.from(PICKLE)]));
  hub = `http://127.0.0.1:${await serve([join(FIXTURES, "hub/server.py"), join(folder, "repository"), "acme/bert", bert.source.revision, TOKEN])}`;
  s3 = `https://127.0.0.1:${await serve([join(FIXTURES, "s3/server.py"), folder])}`;
  const keys = { AWS_ACCESS_KEY_ID: "access", AWS_SECRET_ACCESS_KEY: "secret", AWS_CA_BUNDLE: join(folder, "ca.crt") };
  const create = "import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1').create_bucket(Bucket='models')";
  execFileSync(python, ["-c", create, s3], { stdio: "pipe", env: { HOME: folder, ...keys } });
});

afterAll(async () => {
  for (const process of started) {
    process.kill("SIGTERM");
    await once(process, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A volume of a pod. */
function volume(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function machine(models: string, token = TOKEN): Machine {
  return {
    path: join(folder, "venv/bin"),
    secrets: { "hub/token": token, "s3/id": "access", "s3/secret": "secret" },
    replaced: { "/models": models, "/tmp/huggingface": join(models, "../home"), "/etc/beamstack/bucket-ca": folder },
  };
}

interface Made {
  readonly job: KubeObject;
  readonly uri: string;
}

function made(props: Partial<PretrainedModelProps> = {}): Made {
  const chart = new Chart(new App(), "test");
  const source = { ...bert.source, endpoint: hub, token: secretRef("hub", "token") };
  const model = new PretrainedModel(chart, "Model", { ...bert, files, source, ...props, name: "bert" });
  const { uri } = pretrainedModelClient(model, "models");
  const job = (chart.toJson() as KubeObject[]).find((each) => groupKind(each) === "batch/Job");
  if (!job) throw new Error("no Job");
  return { job, uri };
}

function storage(): ModelStorage {
  const chart = new Chart(new App(), "storage");
  const bucket = new ExternalBucket(chart, "Bucket", {
    name: "models",
    type: "s3-compatible",
    bucket: "models",
    endpoint: s3,
    credentials: { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") },
    ca: secretRef("s3-ca", "ca.crt"),
    namespaces: ["models"],
  });
  return new ModelStorage(chart, "Storage", { name: "models", bucket });
}

test("fetches exactly the listed files of the commit, and a second run changes nothing", () => {
  const models = volume("first/models");
  const { job } = made();

  expect(runContainer(job, "main", machine(models))).toContain("verified 3 files");
  expect(readdirSync(models)).toEqual(["model"]);
  expect(readdirSync(join(models, "model"), { recursive: true }).sort()).toEqual([
    "1_Pooling",
    "1_Pooling/config.json",
    "config.json",
    "model.safetensors",
  ]);
  expect(readFileSync(join(models, "model/model.safetensors"), "latin1")).toBe(WEIGHTS);

  const before = statSync(join(models, "model/config.json")).mtimeMs;
  expect(runContainer(job, "main", machine(models))).toContain("there and complete");
  expect(statSync(join(models, "model/config.json")).mtimeMs).toBe(before);
});

test("what a killed run left is completed; readers never see half a model", () => {
  const models = volume("killed/models");
  mkdirSync(join(models, "incoming"));
  writeFileSync(join(models, "incoming/model.safetensors"), "half");

  runContainer(made().job, "main", machine(models));

  expect(readFileSync(join(models, "model/model.safetensors"), "latin1")).toBe(WEIGHTS);
});

test("refuses a file with another digest, and keeps nothing of it", () => {
  const models = volume("digest/models");
  const { job } = made({ files: { ...files, "config.json": `sha256:${"0".repeat(64)}` } });

  expect(() => runContainer(job, "main", machine(models))).toThrow(/config\.json: expected sha256:0{64}, found sha256:/);
  expect(readdirSync(models)).toEqual([]);
});

test("refuses a pickle with the name of safe weights", () => {
  const models = volume("pickle/models");
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, "repository/renamed.safetensors")))
    .digest("hex");
  const { job } = made({ files: { "renamed.safetensors": `sha256:${digest}` } });

  expect(() => runContainer(job, "main", machine(models))).toThrow(/a pickle or an archive of pickles/);
  expect(existsSync(join(models, "model"))).toBe(false);
});

test("a wrong token fetches nothing, and is in no message", () => {
  const models = volume("token/models");

  expect(() => runContainer(made().job, "main", machine(models, "wrong-token"))).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("wrong-token") }),
  );
  expect(existsSync(join(models, "model"))).toBe(false);
});

test("a model goes to a bucket, and from there to a volume", () => {
  const to = storage();
  const { job, uri } = made({ place: { type: "bucket", storage: to } });
  expect(runContainer(job, "main", machine(volume("upload/models")))).toContain("uploaded 3 files");

  const path = uri.replace("s3://models/", "");
  const models = volume("download/models");
  const copy = made({ source: { type: "bucket", bucket: to.bucket, path } });
  expect(runContainer(copy.job, "main", machine(models))).toContain("verified 3 files");
  expect(readFileSync(join(models, "model/1_Pooling/config.json"), "utf8")).toBe('{"a":1}');
});
