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

const upstream = (file: string): string => readFileSync(join(pipelines, file), "utf8");

async function submit(definition: string, more: Partial<RenderProps["pipeline"]> = {}): Promise<SubmitterEnd> {
  const addresses = { flinkPort: await freePort(), jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
  const secrets = { "openai/key": "sk-test", "elastic/password": "any-1" };
  const { command, folder: volume } = layOut({ definition, ...more }, { parent: folder, addresses, secrets });
  return runSubmitter(command, { folder: volume, env: { ...local.env, ...WITHOUT_FLINK }, timeoutMs: 240_000 });
}

const demo = () =>
  submit(upstream("upstream-demo.yaml"), {
    bindings: {
      "Create.elements": { type: "value", value: [urls.site] },
      "OpenAIEmbedding.api_key": secretRef("openai", "key"),
      "WriteToElasticsearchVectorStore.es_url": { type: "value", value: urls.elasticsearch },
      "WriteToElasticsearchVectorStore.client_kwargs.basic_auth.1": secretRef("elastic", "password"),
      "WriteToElasticsearchVectorStore.client_kwargs.verify_certs": { type: "value", value: true },
    },
  });

test("the tutorial runs", async () => {
  expect(await submit(upstream("upstream-tutorial.yaml"))).toMatchObject({ code: 0 });
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

/** Two texts, of which the server refuses one; `errors` says what becomes of it. */
const texts = (errors: string, letters: string) => `pipeline:
  transforms:
    - {type: Create, config: {elements: [{text: a fine text}, {text: a bad text}]}}
    - type: OpenAIEmbedding
      input: Create
      config: {api_key: "", embed_model: text-embedding-ada-002, embed_fields: [text]${errors}}
    - type: WriteToElasticsearchVectorStore
      input: OpenAIEmbedding
      config:
        es_url: ${urls.elasticsearch}
        index_name: letters
        store_kwargs: {text_field: documentation, vector_field: documentation_vector}
${letters}${upstream("upstream-demo.yaml").slice(upstream("upstream-demo.yaml").indexOf("providers:"))}`;
const bindings = { "OpenAIEmbedding.api_key": secretRef("openai", "key") };

test("an element that fails lands in the dead letters with its error, and the others in the store", async () => {
  const letters = `    - {type: WriteToJson, input: OpenAIEmbedding.failed, config: {path: ${join(folder, "letters")}, num_shards: 1}}\n`;

  const end = await submit(texts(", error_handling: {output: failed}", letters), { bindings });

  expect({ code: end.code, last: end.code === 0 ? "" : end.stderr.slice(-3000) }).toEqual({ code: 0, last: "" });
  const [file = ""] = readdirSync(folder).filter((name) => name.startsWith("letters-"));
  const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
  // WriteToJson writes a row inside of a row as a list.
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { element: ["a bad text"], msg: expect.stringContaining("this text is refused"), stack: expect.any(String) },
  ]);
  const { documents } = await seen();
  expect(Object.values(documents).map(({ documentation }) => documentation)).toEqual(
    expect.arrayContaining([expect.stringContaining("a fine text")]),
  );
  expect(JSON.stringify(documents)).not.toContain("a bad text");
});

test("an element that fails without dead letters fails the command, with its error as the last word", async () => {
  const end = await submit(texts("", ""), { bindings });

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/^beamstack: pipeline sample-\w+ failed: .*this text is refused/);
});
