/**
 * `pipeline run-local` on Prism and on a real Flink session cluster, each with the worker pool as the sidecar starts it. What it starts ends with it.
 *
 * @exercises beam, flink
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pipelineCommand } from "#stacks/cli/commands/pipeline";
import { ROOT, startProgram } from "../../../fixtures/command";
import { flinkRunner } from "../../../fixtures/flink-runner";
import { FakeTerminal } from "../../../stacks/cli/fake-terminal";

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "run-local-"));
const definition = (path: string, callable: string): string => `pipeline:
  type: chain
  transforms:
    - {type: Create, config: {elements: [{k: a, n: 1}, {k: b, n: 2}, {k: a, n: 3}]}}
    - {type: MapToFields, config: {language: python, fields: {k: k, n: {callable: "lambda row: ${callable}", output_type: integer}}}}
    - {type: Combine, config: {group_by: k, combine: {sum: {value: n, fn: sum}}}}
    - {type: LogForTesting}
    - {type: WriteToJson, config: {path: ${path}, num_shards: 1}}
`;

beforeAll(() => process.chdir(folder));

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

async function runLocal(...args: string[]): Promise<FakeTerminal> {
  const terminal = new FakeTerminal();
  await pipelineCommand(terminal).parseAsync(["run-local", ...args, "--json"], { from: "user" });
  return terminal;
}

/** The sums that a pipeline has written. */
function written(name: string): unknown[] {
  const lines = readdirSync(folder).filter((file) => file.startsWith(`${name}-`));
  return lines.flatMap((file) => readFileSync(file, "utf8").trim().split("\n")).map((line) => JSON.parse(line));
}

/** Processes whose temporary folder is below this one: all that a run starts. */
function startedBelow(path: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${path}/`);
    } catch {
      // It has ended, or is another user's.
      return false;
    }
  });
}

const SUMS = [
  { k: "a", sum: 40 },
  { k: "b", sum: 20 },
];

test("--portable runs on Prism, and shows what the pipeline logs", async () => {
  writeFileSync("portable.yaml", definition("portable", "row.n * 10"));

  const { out, err, code } = await runLocal("portable.yaml", "--portable");

  expect({ code, said: code === 0 ? "" : err.slice(-3000) }).toEqual({ code: 0, said: "" });
  const { on, messages } = JSON.parse(out);
  expect([on, messages.map((message: string) => JSON.parse(message))]).toEqual(["prism", expect.arrayContaining(SUMS)]);
  expect(written("portable")).toEqual(expect.arrayContaining(SUMS));
  expect(readdirSync(folder)).not.toContain("pipeline_options.json");
});

test("a pipeline that fails on Prism fails the command with the error of its own code", async () => {
  writeFileSync("failing.yaml", definition("failing", "row.n // (row.n - 2)"));

  const { code, err } = await runLocal("failing.yaml", "--portable");

  expect(code).toBe(1);
  expect(err).toContain("integer division or modulo by zero");
});

test("--on flink runs on a Flink session cluster", async () => {
  Object.assign(process.env, await flinkRunner(folder));
  writeFileSync("flink.yaml", definition("flink", "row.n * 10"));

  const { out, err, code } = await runLocal("flink.yaml", "--on", "flink");

  expect({ code, said: code === 0 ? "" : err.slice(-3000) }).toEqual({ code: 0, said: "" });
  expect(JSON.parse(out)).toMatchObject({ on: "flink", state: "finished" });
  // Beam may be told of the end before Flink is asked again.
  expect(err).toMatch(/flink job flink-[0-9a-f]{8}: (?:RUNNING|FINISHED)/);
  expect(written("flink")).toEqual(expect.arrayContaining(SUMS));
});

test.each(["SIGINT", "SIGTERM"] as const)("%s to the command alone ends everything that it has started", async (signal) => {
  const marker = join(folder, `${signal}.marker`);
  const own = mkdtempSync(join(folder, "tmp-"));
  const file = join(folder, "endless.yaml");
  writeFileSync(file, definition("endless", `open('${marker}', 'w').close() or __import__('time').sleep(600)`));
  const env = { ...process.env, TMPDIR: own };

  const command = startProgram(process.execPath, [join(ROOT, "dist/stacks/cli/main.js"), "pipeline", "run-local", file, "--portable"], {
    cwd: own,
    env,
  });
  for (const began = Date.now(); !existsSync(marker) && Date.now() - began < 300_000; ) await pause(100);
  const running = startedBelow(own).length;
  process.kill(command.pid, signal);
  const { code } = await command.ended;

  // Submitter, worker pool, Prism, boot and a worker.
  expect(running).toBeGreaterThanOrEqual(5);
  expect(code).toBe(signal === "SIGINT" ? 130 : 143);
  expect([startedBelow(own), readdirSync(own)]).toEqual([[], []]);
});
