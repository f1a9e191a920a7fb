/**
 * The very command and variables of our pods with the official PyTorch and an S3 server on loopback: two nodes, one process killed, and the job again.
 *
 * @exercises trainer
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import { TrainJob } from "#lib/components/trainer/index";
import { secretRef } from "#lib/core/secret-ref";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { bucketWith } from "../../../fixtures/bucket";
import { startContainer } from "../../../fixtures/pod-process";
import { withPytorch } from "../../../fixtures/pytorch";
import { torchrunVariables } from "../../../fixtures/trainer/torchrun";

const FIXTURES = join(__dirname, "../../../fixtures");
const STEPS = 60;
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-train-"));
const started: ChildProcess[] = [];
let bin: string;
let endpoint: string;

beforeAll(async () => {
  bin = join(await withPytorch(), "bin");
  const s3 = spawn(join(bin, "python"), [join(FIXTURES, "s3/server.py"), folder], { stdio: ["pipe", "pipe", "ignore"] });
  started.push(s3);
  const [port] = await once(s3.stdout, "data");
  endpoint = `https://127.0.0.1:${String(port).trim()}`;
  const keys = { AWS_ACCESS_KEY_ID: "access", AWS_SECRET_ACCESS_KEY: "secret", AWS_CA_BUNDLE: join(folder, "ca.crt") };
  const create = "import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1').create_bucket(Bucket='models')";
  execFileSync(join(bin, "python"), ["-c", create, endpoint], { stdio: "pipe", env: { HOME: folder, ...keys } });
});

afterAll(async () => {
  for (const process of started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    process.kill("SIGTERM");
    await once(process, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The runtime of a job of two nodes; jobs of other names have checkpoints of their own. */
function runtimeOf(name: string): KubeObject {
  const chart = Testing.chart();
  const bucket = bucketWith("models", { location: { endpoint, region: "us-east-1" }, access: { ca: secretRef("s3-ca", "ca.crt") } });
  const framework = { type: "pytorch", program: ["/app/train.py", `${STEPS}`] } as const;
  new TrainJob(chart, "Job", { name, framework, nodes: 2, checkpoints: { storage: Object.assign(bucket, { bucket }) } });
  const found = (chart.toJson() as KubeObject[]).find((each) => groupKind(each) === "trainer.kubeflow.org/TrainingRuntime");
  if (!found) throw new Error("no runtime");
  return found;
}

interface Node {
  readonly process: ChildProcess;
  readonly lines: Record<string, number>[];
  readonly ended: Promise<number | null>;
}

/** Both nodes, with the variables that Trainer sets. Source: Kubeflow Trainer v2.3.0, plugins/torch/torch.go, EnforceMLPolicy. */
async function startNodes(runtime: KubeObject): Promise<Node[]> {
  const port = await freePort();
  return [0, 1].map((rank) => {
    const process = startContainer(runtime, "node", {
      path: bin,
      secrets: { "keys/id": "access", "keys/secret": "secret" },
      replaced: { "/app/train.py": join(FIXTURES, "trainer/train.py"), "/etc/beamstack/bucket-ca": folder },
      variables: {
        ...torchrunVariables({ nodes: 2, processes: 1, rank, address: "127.0.0.1", port }),
        GLOO_SOCKET_IFNAME: "lo",
        OMP_NUM_THREADS: "1",
      },
    });
    started.push(process);
    return { process, lines: linesOf(process), ended: once(process, "exit").then(([code]) => code as number | null) };
  });
}

function linesOf({ stdout }: ChildProcess): Record<string, number>[] {
  const lines: Record<string, number>[] = [];
  let rest = "";
  stdout?.on("data", (data) => {
    const parts = `${rest}${String(data)}`.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, number>));
  });
  return lines;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The Python process that torchrun started. */
function workerOf({ pid }: ChildProcess): number {
  const workers = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid);
  const [worker] = workers;
  if (worker === undefined) throw new Error(`process ${pid} has no worker`);
  return Number(worker);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) . /, "")
        .split(" ")[0],
    );
  } catch {
    return undefined;
  }
}

const last = (lines: readonly Record<string, number>[], key: string) =>
  lines.map((line) => line[key]).findLast((value) => value !== undefined);

async function finish(runtime: KubeObject): Promise<Node[]> {
  const nodes = await startNodes(runtime);
  expect(await Promise.all(nodes.map(({ ended }) => ended))).toEqual([0, 0]);
  return nodes;
}

test("torchrun itself reads the place of a node from the variables that the operator sets", () => {
  const parse =
    "import json; from torch.distributed.run import get_args_parser; print(json.dumps(vars(get_args_parser().parse_args(['train.py']))))";
  const variables = torchrunVariables({ nodes: 3, processes: 2, rank: 1, address: "first.job", port: 29500 });

  const said = execFileSync(join(bin, "python"), ["-c", parse], { encoding: "utf8", stdio: "pipe", env: { HOME: folder, ...variables } });

  expect(JSON.parse(said)).toMatchObject({
    nnodes: "3",
    nproc_per_node: "2",
    node_rank: 1,
    master_addr: "first.job",
    master_port: 29500,
  });
});

test("two nodes train together, fail together when one process is killed, and go on from the last checkpoint to the same result", async () => {
  const whole = await finish(runtimeOf("whole"));
  const runtime = runtimeOf("broken");
  const broken = await startNodes(runtime);
  await until(() => (last(broken[0]?.lines ?? [], "saved") ?? 0) >= 20 || broken.some(({ process }) => process.exitCode !== null));
  for (const { process } of broken.slice(1)) globalThis.process.kill(workerOf(process), "SIGKILL");

  // JobSet starts all nodes again once one job has failed; a node that hung would keep its GPUs.
  for (const code of await Promise.all(broken.map(({ ended }) => ended))) expect(code).not.toBe(0);
  const saved = last(broken[0]?.lines ?? [], "saved");
  const again = await finish(runtime);

  expect(whole.map(({ lines }) => lines[0])).toEqual([
    { rank: 0, world: 2, resumes: 0 },
    { rank: 1, world: 2, resumes: 0 },
  ]);
  expect(again.map(({ lines }) => lines[0])).toEqual([
    { rank: 0, world: 2, resumes: saved },
    { rank: 1, world: 2, resumes: saved },
  ]);
  expect(again[0]?.lines.at(-1)).toEqual(whole[0]?.lines.at(-1));
});
