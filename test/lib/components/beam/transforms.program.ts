/**
 * Upstream's samples with the transforms of `transforms/`: built as a wheel, installed into a folder of its own, on submitter and workers.
 *
 * @exercises beam
 */

import { type ChildProcess, type ExecFileSyncOptions, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { secretRef } from "#lib/core/secret-ref";
import { freePort } from "#stacks/beam/free-port";
import { type LocalBeam, startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import type { RenderProps } from "#stacks/beam/render-objects";
import type { Service } from "#stacks/beam/service";
import { runSubmitter, type SubmitterEnd, WITHOUT_FLINK } from "#stacks/beam/submitter";
import { obtainBeam } from "#stacks/beam/tools";
import { workerMessages } from "#stacks/beam/worker-messages";
import { silent } from "#stacks/local/progress";
import { layOut } from "../../../stacks/beam/rendered";

const ROOT = join(__dirname, "../../../..");
const pipelines = join(ROOT, "stacks/env/pipelines");
const folder = mkdtempSync(join(tmpdir(), "transforms-"));
let servers: ChildProcess;
let answers: Interface;
let urls: Readonly<Record<"site" | "openai" | "elasticsearch", string>>;
let local: LocalBeam;
let jobServer: { readonly port: number; readonly server: Service };

beforeAll(async () => {
  const { python } = await obtainBeam(silent);
  const site = install(python);
  servers = spawn(python, ["-m", "tests.serve"], { cwd: join(ROOT, "transforms"), stdio: ["pipe", "pipe", "inherit"] });
  if (!servers.stdout) throw new Error("no output of the servers");
  answers = createInterface({ input: servers.stdout });
  urls = await nextAnswer();
  process.env["OPENAI_BASE_URL"] = urls.openai;
  local = await startWorkerPool({ folder, progress: silent, pythonPath: [site] });
  jobServer = await startLocalJobServer(local, folder);
});

afterAll(async () => {
  await jobServer?.server.stop();
  await local?.workerPool.stop();
  servers?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** The wheel and its dependencies at versions that fit the pinned Beam, in a folder that holds nothing else. */
function install(python: string): string {
  const [source, wheels, site, pins] = ["source", "wheels", "site", "pins.txt"].map((name) => join(folder, name));
  if (!source || !wheels || !site || !pins) throw new Error("no folder");
  // setuptools writes into the folder of the source.
  cpSync(join(ROOT, "transforms"), source, { recursive: true });
  const pinned = ["stacks/beam/requirements.txt", "test/python/requirements.txt"].map((path) => readFileSync(join(ROOT, path), "utf8"));
  const lines = pinned.flatMap((text) => text.split("\n"));
  // A constraint has no extras.
  writeFileSync(pins, lines.map((line) => line.replace(/\[.*\]/, "")).join("\n"));
  const pip = ["-m", "pip", "--no-input", "--quiet", "--disable-pip-version-check"];
  const quiet: ExecFileSyncOptions = { stdio: ["ignore", "ignore", "inherit"] };
  execFileSync(python, [...pip, "wheel", "--no-deps", "--wheel-dir", wheels, source], quiet);
  const [wheel = ""] = readdirSync(wheels);
  const extras = `${join(wheels, wheel)}[web,openai,elasticsearch]`;
  execFileSync(python, [...pip, "install", "--only-binary", ":all:", "--target", site, "--constraint", pins, extras], quiet);
  return site;
}

function nextAnswer(): Promise<ReturnType<typeof JSON.parse>> {
  return new Promise((resolve) => answers.once("line", (line) => resolve(JSON.parse(line))));
}

/** What the servers have seen. */
function seen(): Promise<{ documents: Record<string, Record<string, unknown>>; writes: number; keys: string[] }> {
  const answer = nextAnswer();
  servers.stdin?.write("\n");
  return answer;
}

async function submit(file: string, more: Partial<RenderProps["pipeline"]> = {}): Promise<SubmitterEnd> {
  const definition = readFileSync(join(pipelines, file), "utf8");
  const addresses = { flinkPort: await freePort(), jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
  const secrets = { "openai/key": "sk-test", "elastic/password": "any-1" };
  const { command, folder: volume } = layOut({ definition, ...more }, { parent: folder, addresses, secrets });
  return runSubmitter(command, { folder: volume, env: { ...local.env, ...WITHOUT_FLINK }, timeoutMs: 240_000 });
}

const demo = () =>
  submit("upstream-demo.yaml", {
    bindings: {
      "Create.elements": { type: "value", value: [urls.site] },
      "OpenAIEmbedding.api_key": secretRef("openai", "key"),
      "WriteToElasticsearchVectorStore.es_url": { type: "value", value: urls.elasticsearch },
      "WriteToElasticsearchVectorStore.client_kwargs.basic_auth.1": secretRef("elastic", "password"),
      "WriteToElasticsearchVectorStore.client_kwargs.verify_certs": { type: "value", value: true },
    },
  });

test("the tutorial runs", async () => {
  expect(await submit("upstream-tutorial.yaml")).toMatchObject({ code: 0 });
  expect(workerMessages(jobServer.server.output).sort()).toEqual(['{"element": 1}', '{"element": 2}', '{"element": 3}']);
});

test("the demo writes every section once, with its url and heading, however often it runs", async () => {
  const first = await demo();
  expect({ code: first.code, last: first.code === 0 ? "" : first.stderr.slice(-3000) }).toEqual({ code: 0, last: "" });
  const { documents, writes, keys } = await seen();

  const metadata = Object.values(documents).map((document) => Object(document["metadata"]));
  expect(metadata.map(({ heading }) => heading).sort()).toEqual(["Example", "Example", "How", "Why"]);
  expect(new Set(metadata.map(({ url }) => url))).toEqual(new Set([urls.site, new URL("/more", urls.site).href]));
  expect(new Set(metadata.map(({ doc_id: id }) => id))).toEqual(new Set(["Introduction", "More"]));
  expect(Object.values(documents)[0]).toMatchObject({ documentation: expect.any(String), documentation_vector: [expect.any(Number), 1] });
  expect(keys).toEqual(["Bearer sk-test"]);

  expect(await demo()).toMatchObject({ code: 0 });
  const again = await seen();
  expect(again.writes).toBeGreaterThan(writes);
  expect(again.documents).toEqual(documents);
});
