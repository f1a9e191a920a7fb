/**
 * The start parameters, variables and entry points of our objects with the official Ray, and an S3 server with a CA of its own.
 *
 * @exercises ray
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chart, Testing } from "cdk8s";
import { ExternalBucket } from "#lib/components/object-storage/index";
import { RayJob, RayOperator } from "#lib/components/ray/index";
import { DEFAULT_RAY } from "#lib/components/ray/pin";
import { START_PARAMS } from "#lib/components/ray/start-params";
import { isJsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { environmentOf, type Machine } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";
import { pythonPackages } from "../../../fixtures/python-packages";
import { type S3Server, startS3 } from "../../../fixtures/s3/start";

/** The last two are in Ray's image. */
const PACKAGES = [`ray[default]==${DEFAULT_RAY}`, "boto3==1.44.8", "smart-open[s3]==9.0.2"];
const PROGRAM = `
import ray
ray.init()
print("SUM", sum(ray.get([ray.remote(lambda n: n * n).remote(n) for n in range(4)])))
`;
const TOKEN = "planted-token-of-at-least-32-characters";

const folder = mkdtempSync(join(tmpdir(), "ray-pods-"));
let bin: string;
let s3: S3Server;
let job: KubeObject;
let env: Record<string, string>;
let head: ChildProcess;
let dashboard: number;
let metrics: number;

beforeAll(async () => {
  bin = await pythonPackages("ray", PACKAGES);
  s3 = await startS3(folder, ["code"]);
  writeFileSync(join(folder, "features.py"), PROGRAM);
  execFileSync(join(bin, "python"), ["-m", "zipfile", "-c", "features.zip", "features.py"], { cwd: folder });
  s3.put("code", "features.zip", join(folder, "features.zip"));
  job = synthesized(s3.endpoint);
  const machine: Machine = {
    path: bin,
    secrets: { "s3/id": "access", "s3/secret": "secret" },
    // The latter two are KubeRay's. Source: KubeRay v1.7.0, common/pod.go, SetContainerTokenAuthEnvVars.
    variables: { HOME: folder, RAY_AUTH_MODE: "token", RAY_AUTH_TOKEN: TOKEN },
    replaced: { "/etc/beamstack/bucket-ca": folder },
  };
  env = environmentOf(job, "ray-head", machine);
  dashboard = await freePort();
  metrics = await freePort();
  head = await startHead();
});

afterAll(async () => {
  if (head?.exitCode === null) {
    const ended = once(head, "exit");
    head.kill("SIGTERM");
    await ended;
  }
  await s3?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function synthesized(endpoint: string): KubeObject {
  const chart: Chart = Testing.chart();
  const credentials = { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") } as const;
  const ca = secretRef("s3-ca", "ca.crt");
  const bucket = new ExternalBucket(chart, "Bucket", {
    name: "code",
    type: "s3-compatible",
    bucket: "code",
    endpoint,
    credentials,
    ca,
    namespaces: ["ray"],
  });
  new RayJob(chart, "Job", {
    name: "features",
    operator: new RayOperator(chart, "Operator"),
    entrypoint: "python features.py",
    runtimeEnv: { workingDir: "s3://code/features.zip" },
    buckets: [bucket],
    head: { memory: Size.gibibytes(2), runsTasks: true, rayStartParams: { "log-color": "false" } },
    workers: {},
  });
  const found = (chart.toJson() as KubeObject[]).find(({ kind }) => kind === "RayJob");
  if (!found) throw new Error("no RayJob");
  return found;
}

/** The command that KubeRay makes of the parameters, with what differs on this machine. Source: KubeRay v1.7.0, common/pod.go, generateRayStartCommand. */
async function startHead(): Promise<ChildProcess> {
  const params = valueAt(job, ["spec", "rayClusterSpec", "headGroupSpec", "rayStartParams"]);
  if (!isJsonObject(params)) throw new Error("no rayStartParams");
  const [gcs, agent, client] = [await freePort(), await freePort(), await freePort()];
  const here = {
    ...{ "node-ip-address": "127.0.0.1", "temp-dir": join(folder, "r"), port: gcs, "ray-client-server-port": client },
    ...{ "dashboard-host": "127.0.0.1", "dashboard-port": dashboard, "dashboard-agent-listen-port": agent, "metrics-export-port": metrics },
  };
  // KubeRay adds the limits of the container where nothing is said.
  const all = { "num-cpus": "1", memory: `${Size.gibibytes(2).bytes}`, ...params, ...here };
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  const process = spawn("ray", ["start", "--head", "--block", ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr]) stream.on("data", (text) => said.push(String(text)));
  await answering(async () => {
    if (process.exitCode !== null) throw new Error(`ray start ended: ${said.join("")}`);
    const answer = await fetch(`http://127.0.0.1:${dashboard}/api/version`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    if (!answer.ok) throw new Error(`the dashboard says ${answer.status}`);
  }, 1200);
  return process;
}

/** What KubeRay's submitter runs. Source: KubeRay v1.7.0, common/job.go, BuildJobSubmitCommand. */
function submit(): string {
  writeFileSync(join(folder, "runtime-env.yaml"), String(valueAt(job, ["spec", "runtimeEnvYAML"])));
  const command = `ray job submit --address http://127.0.0.1:${dashboard} --runtime-env runtime-env.yaml -- ${String(valueAt(job, ["spec", "entrypoint"]))}`;
  return execFileSync("sh", ["-c", command], { encoding: "utf8", stdio: "pipe", cwd: folder, env });
}

test("a job runs its entry point on code that the head fetches from the bucket, through the CA of its own", () => {
  expect(submit()).toMatch(/^SUM 14$/m);
});

test("the dashboard refuses whoever has no token", async () => {
  const jobs = `http://127.0.0.1:${dashboard}/api/jobs/`;
  const answer = await fetch(jobs, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ entrypoint: "id" }),
  });

  expect(answer.status).toBe(401);
});

test("metrics of the node are on their port", async () => {
  const text = await answering(async () => {
    const found = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    if (!found.includes("ray_node_mem_total")) throw new Error("no metrics of the node yet");
    return found;
  }, 600);

  expect(text).toMatch(/^ray_node_mem_total\{/m);
});

test("every start parameter that users may set is one that Ray knows", () => {
  const help = execFileSync("ray", ["start", "--help"], { encoding: "utf8", env });

  expect(START_PARAMS.filter((name) => !help.includes(`--${name}`))).toEqual([]);
});
