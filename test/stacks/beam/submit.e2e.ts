/**
 * The submitter's own command line on real Beam: a real job server, and the worker pool as the sidecar starts it.
 *
 * @exercises beam
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretRef } from "#lib/core/secret-ref";
import { freePort } from "#stacks/beam/free-port";
import { type LocalBeam, startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import type { RenderProps } from "#stacks/beam/render-objects";
import type { Service } from "#stacks/beam/service";
import { runSubmitter, type SubmitterEnd, WITHOUT_FLINK } from "#stacks/beam/submitter";
import { workerMessages } from "#stacks/beam/worker-messages";
import { silent } from "#stacks/local/progress";
import { layOut } from "./rendered";

const folder = mkdtempSync(join(tmpdir(), "beam-"));
const pipelines = join(__dirname, "../../../stacks/env/pipelines");
const doubles = join(__dirname, "../../fixtures/beam-transforms");
const sink = join(folder, "sink.jsonl");
let local: LocalBeam;
let jobServer: { readonly port: number; readonly server: Service };

beforeAll(async () => {
  process.env["TEST_SINK"] = sink;
  local = await startWorkerPool({ folder, progress: silent, pythonPath: [doubles] });
  jobServer = await startLocalJobServer(local, folder);
});

afterAll(async () => {
  await jobServer?.server.stop();
  await local?.workerPool.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function submit(
  definition: string,
  more: Partial<RenderProps["pipeline"]> = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<SubmitterEnd> {
  const addresses = { flinkPort: await freePort(), jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
  const { command, folder: volume } = layOut({ definition, ...more }, { parent: folder, addresses, secrets });
  return runSubmitter(command, { folder: volume, env: { ...local.env, ...WITHOUT_FLINK }, timeoutMs: 120_000 });
}

test("runs the tutorial to its end", async () => {
  const end = await submit(readFileSync(join(pipelines, "upstream-tutorial.yaml"), "utf8"));

  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/^beamstack: pipeline sample-[0-9a-f]{8} finished$/);
  expect(end.code).toBe(0);
  expect(workerMessages(jobServer.server.output).sort()).toEqual(['{"element": 1}', '{"element": 2}', '{"element": 3}']);
});

test("runs the demo, its secrets from files, with doubles of upstream's classes", async () => {
  const definition = readFileSync(join(pipelines, "upstream-demo.yaml"), "utf8");
  const key = `canary "quoted" \\ {{ jinja }} \u00e4\u{1f600}\n#:x`;

  const end = await submit(
    definition,
    {
      bindings: {
        "OpenAIEmbedding.api_key": secretRef("openai", "key"),
        "WriteToElasticsearchVectorStore.client_kwargs.basic_auth.1": secretRef("elastic", "password"),
        "WriteToElasticsearchVectorStore.client_kwargs.verify_certs": { type: "value", value: true },
      },
    },
    { "openai/key": key, "elastic/password": "no: 1_000" },
  );

  expect(end).toMatchObject({ code: 0 });
  const rows = readFileSync(sink, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    index_name: "beamstack",
    client_kwargs: { basic_auth: ["elastic", "no: 1_000"], verify_certs: true },
    info: expect.stringContaining(key),
  });
  expect(`${end.stdout}${end.stderr}`).not.toContain("canary");
  expect(readFileSync(join(pipelines, "upstream-demo.yaml"), "utf8")).toBe(definition);
});

test("a secret is hidden in an error that shows it without the line end that its file has", async () => {
  const definition =
    "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [0]}\n    - type: MapToFields\n" +
    "      config: {language: python, fields: {x: {expression: \"int('{{ key }}')\"}}}\n    - type: LogForTesting\n";

  const end = await submit(definition, { variables: { key: secretRef("s", "k") } }, { "s/k": "canary-1\n" });

  expect(end.code).toBe(1);
  expect(end.stderr).toContain("invalid literal for int() with base 10: '***");
  expect(`${end.stdout}${end.stderr}`).not.toContain("canary");
});

test("a file that Beam refuses ends with 2 and Beam's reason, before anything is submitted", async () => {
  const end = await submit("pipeline:\n  transforms:\n    - type: Create\n      config: {elementz: [1]}\n");

  expect(end.code).toBe(2);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/Beam refuses the pipeline: .*unexpected argument 'elementz'/);
});

test("a failing pipeline ends with 1 and its own error as the last word", async () => {
  const end = await submit(
    "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [0]}\n    - type: MapToFields\n      config: {language: python, fields: {x: 1 / element}}\n    - type: LogForTesting\n",
  );

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/^beamstack: pipeline sample-\w+ failed: .*ZeroDivisionError/);
});
