/** The command `pipeline render`. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { pipelineCommand } from "#stacks/cli/commands/pipeline";
import { garden } from "../../lib/components/transform-collections/locks";
import { FakeTerminal } from "./fake-terminal";

const demo = join(__dirname, "../../../stacks/env/pipelines/upstream-demo.yaml");
const folder = mkdtempSync(join(tmpdir(), "pipeline-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pipeline = async (...args: string[]): Promise<FakeTerminal> => {
  const terminal = new FakeTerminal();
  await pipelineCommand(terminal).parseAsync(args, { from: "user" });
  return terminal;
};

test("prints the finished objects, and what is to be pointed out on stderr", async () => {
  const before = readFileSync(demo, "utf8");

  const { out, err, code } = await pipeline("render", demo, "--flink", "1.20", "--secret", "OpenAIEmbedding.api_key=openai/key");

  expect(code).toBe(0);
  const objects = parseAllDocuments(out).map((document) => document.toJS());
  expect(objects.map((object) => object.kind).sort()).toEqual(["ConfigMap", "Job", "NetworkPolicy", "NetworkPolicy", "ServiceAccount"]);
  expect(out).toContain("apache/beam_flink1.20_job_server:2.77.0");
  expect(out).not.toContain("sk-");
  expect(err).toContain("warning beam.certificates-not-verified");
  expect(err).not.toContain("beam.secret-in-clear-text");
  expect(readFileSync(demo, "utf8")).toBe(before);
});

test("with --json the objects are one document", async () => {
  const { out } = await pipeline("render", demo, "--json", "--value", "WriteToElasticsearchVectorStore.client_kwargs.verify_certs=true");

  const { kind, objects, warnings } = JSON.parse(out);
  expect(kind).toBe("Pipeline");
  expect(objects).toHaveLength(5);
  expect(warnings.map((warning: { readonly id: string }) => warning.id)).not.toContain("beam.certificates-not-verified");
});

test.each([
  ["a file that is not there", ["render", join(folder, "none.yaml")], 2, "none.yaml cannot be read: ENOENT"],
  ["a name that is none", ["render", demo, "--name", "A B"], 2, "beam.name at"],
  ["a namespace that is none", ["render", demo, "--namespace", "A/B"], 2, "flink.cluster-namespace at"],
  [
    "a binding of two origins",
    ["render", demo, "--secret", "OpenAIEmbedding.api_key=s/k", "--value", "OpenAIEmbedding.api_key=clear"],
    2,
    "--secret and --value both give OpenAIEmbedding.api_key",
  ],
  ["a binding of nothing", ["render", demo, "--value", "OpenAIEmbedding.api_kye=1"], 2, "did you mean OpenAIEmbedding.api_key?"],
  ["a Secret without a key", ["render", demo, "--secret", "OpenAIEmbedding.api_key=openai"], 2, "write it as <secret>/<key>"],
])("%s ends with its own code and the next action", async (_what, args, code, said) => {
  const terminal = await pipeline(...args);

  expect(terminal.code).toBe(code);
  expect(terminal.err).toContain(said);
  expect(terminal.out).toBe("");
});

test("a binding that is given twice is refused: one of the two would be lost", async () => {
  const command = pipelineCommand(new FakeTerminal());
  for (const part of command.commands) part.exitOverride().configureOutput({ writeErr: () => undefined });

  const run = command.parseAsync(["render", demo, "--value", "A.b=1", "--value", "A.b=2"], { from: "user" });

  await expect(run).rejects.toThrow("A.b is given twice");
});

test.each([
  ["an engine that no run starts", ["--on", "spark"], "Allowed choices are flink."],
  ["two places to run", ["--portable", "--on", "flink"], "option '--on <engine>' cannot be used with option '--portable'"],
])("run-local refuses %s", async (_what, args, said) => {
  const command = pipelineCommand(new FakeTerminal());
  for (const part of command.commands) part.exitOverride().configureOutput({ writeErr: () => undefined });

  await expect(command.parseAsync(["run-local", demo, ...args], { from: "user" })).rejects.toThrow(said);
});

test("run-local --on flink says at once that the job server it is given is not there", async () => {
  process.env["BEAMSTACK_IAC_FLINK_JOB_SERVER"] = join(folder, "none.jar");
  try {
    const { code, err } = await pipeline("run-local", demo, "--on", "flink");

    expect(code).toBe(1);
    expect(err).toContain(`BEAMSTACK_IAC_FLINK_JOB_SERVER names ${join(folder, "none.jar")}, which is not there`);
  } finally {
    delete process.env["BEAMSTACK_IAC_FLINK_JOB_SERVER"];
  }
});

test("a file without a pipeline ends with 2", async () => {
  const file = join(folder, "My File!.yaml");
  writeFileSync(file, "transforms: []\n");

  const { code, err } = await pipeline("render", file);

  expect(code).toBe(2);
  expect(err).toContain(`beam.no-pipeline at ${file}`);
});

test("what stands beside the file and is included by it is part of the objects", async () => {
  const local = join(__dirname, "../../fixtures/beam/local");
  const [include, listing] = await Promise.all(
    ["06-include-beside-the-file.yaml", "07-providers-beside-the-file.yaml"].map((name) => pipeline("render", join(local, name))),
  );

  expect(include?.out).toContain("\n  part.yaml: ");
  expect(listing?.out).toContain("\n  listing.yaml: ");
  expect(`${include?.err}${listing?.err}`).not.toContain("beam.other-file");
});

test.each(["render", "run-local", "test"])("%s opens no page that is not allowed by name, and says how to allow it", async (command) => {
  const file = join(__dirname, "../../fixtures/beam/23-https-include-and-remote.yaml");
  const { code, err, out } = await pipeline(command, file);

  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(`beam.include-from-web at ${file}:8:14`);
  expect(err).toContain("--web-include https://example.org/listing.yaml");
});

test("a page that is allowed by name is reachable for the submitter", async () => {
  const file = join(__dirname, "../../fixtures/beam/23-https-include-and-remote.yaml");
  const { code, out } = await pipeline("render", file, "--web-include", "https://example.org/listing.yaml");

  expect(code).toBe(0);
  expect(out).toContain("port: 443");
});

test("validate tells what Beam refuses in several files, with line and column, and needs no Python", async () => {
  const good = join(folder, "good.yaml");
  const bad = join(folder, "bad.yaml");
  writeFileSync(good, "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}\n");
  writeFileSync(bad, "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config:\n        elementz: [1]\n");

  expect(await pipeline("validate", good)).toMatchObject({ code: 0, out: `${good}: Beam's rules accept it\n` });
  const { code, err } = await pipeline("validate", good, bad);
  expect(code).toBe(2);
  expect(err).toContain(`${bad}:6:9 Create.elementz`);
  expect(err).toContain("did you mean elements?");
});

test("validate takes values of Jinja variables", async () => {
  const file = join(folder, "jinja.yaml");
  writeFileSync(file, "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [{{ n }}]}}, {type: LogForTesting}]}\n");

  expect((await pipeline("validate", file)).err).toContain("beam.undefined-variable");
  expect((await pipeline("validate", file, "--variable", "n=3")).code).toBe(0);
});

test("import prints the code of a file, and says where it keeps the text", async () => {
  const file = join(folder, "loop.yaml");
  writeFileSync(file, "pipeline:\n  transforms:\n{% for n in [1] %}\n    - {type: Create, config: {elements: [1]}}\n{% endfor %}\n");

  const { out } = await pipeline("import", demo);
  expect(out).toContain('import { type BeamPipelineSpec, transform, transforms } from "beamstack-iac";');
  expect(out).toContain("transforms.Create({");
  expect(out).toContain('api_key: ""');
  const kept = await pipeline("import", file);
  expect(kept.err).toContain(`${file}:3:1: Jinja blocks: the file is kept as text in the code`);
});

describe("a file with transforms of a collection", () => {
  const [file, lock] = [join(folder, "again.yaml"), join(folder, "collection.lock.json")];
  const chain = (config: string) =>
    writeFileSync(
      file,
      `pipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [a]}}\n    - {type: Again, config: ${config}}\n`,
    );
  beforeAll(() => writeFileSync(lock, JSON.stringify(garden)));

  test("validate knows them by the lock, and checks their configs", async () => {
    chain("{times: 2}");
    expect((await pipeline("validate", file, "--collection", `garden=${lock}`)).out).toContain("Beam's rules accept it");
    expect((await pipeline("validate", file)).err).toContain("beam.unknown-transform");

    chain("{tiems: 2, times: 2}");
    const { code, err } = await pipeline("validate", file, "--collection", `garden=${lock}`);
    expect(code).toBe(2);
    expect(err).toContain(`error beam.collection-config at ${file}:5:30`);
    expect(err).toContain('the key "tiems", in the config of Again');
    expect(err).toContain("did you mean times?");
  });

  test("run-local checks their configs before anything starts", async () => {
    chain("{times: twice}");

    const { code, err } = await pipeline("run-local", file, "--collection", `garden=${lock}`);

    expect(code).toBe(2);
    expect(err).toContain(`error beam.collection-config at ${file}:5:37`);
    expect(err).not.toContain("pipelines.collection-not-in-image");
  });

  test("render declares them, for an image that has them", async () => {
    chain("{times: 2}");
    const render = ["render", file, "--collection", `garden=${lock}`];

    expect((await pipeline(...render, "--image", "registry.example.com/garden:1.0")).out).toContain("my_garden.repeat.Repeat");
    expect((await pipeline(...render)).err).toContain("pipelines.collection-not-in-image");
    expect((await pipeline("render", file, "--collection", `garden=${file}`)).err).toContain("beam.collection-lock");
  });
});
