/**
 * Pipelines with exactly the command line and files of our pods, on Beam's own runner, on Prism, on a real Dask, and with the options for Spark.
 *
 * @exercises beam-runners, beam, dask
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import { BeamPipeline, type BeamPipelineProps } from "#lib/components/beam/index";
import { BeamRunner, type BeamRunnerProps } from "#lib/components/beam-runners/index";
import { DaskCluster, DaskOperator } from "#lib/components/dask/index";
import { DEFAULT_DASK } from "#lib/components/dask/pin";
import type { KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { type LocalBeam, startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import type { Service } from "#stacks/beam/service";
import { loopbackCommand, runSubmitter, type SubmitterEnd, writeVolume } from "#stacks/beam/submitter";
import { obtainPrism } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { pythonPackages } from "../../../fixtures/python-packages";

jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "beam-runners-"));
const started: ChildProcess[] = [];
let bin: string;
let prism: string;
let scheduler: number;
let local: LocalBeam;
let jobServer: { readonly port: number; readonly server: Service };

beforeAll(async () => {
  bin = await pythonPackages("dask-beam", [
    "apache-beam[yaml]==2.77.0",
    `dask[distributed]==${DEFAULT_DASK}`,
    `distributed==${DEFAULT_DASK}`,
  ]);
  prism = await obtainPrism(silent);
  scheduler = await freePort();
  const modules = join(__dirname, "../../../fixtures/dask");
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, PYTHONPATH: modules };
  const python = join(bin, "python");
  const serve = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", `${scheduler}`, "--no-dashboard"];
  started.push(spawn(python, serve, { env, stdio: "ignore" }));
  started.push(
    spawn(python, ["-m", "distributed.cli.dask_worker", `tcp://127.0.0.1:${scheduler}`, "--nthreads", "2", "--no-dashboard"], {
      env,
      cwd: folder,
      stdio: "ignore",
    }),
  );
  const ask = `from dask.distributed import Client; Client("tcp://127.0.0.1:${scheduler}", timeout=60).wait_for_workers(1)`;
  execFileSync(python, ["-c", ask], { stdio: "pipe" });
  local = await startWorkerPool({ folder, progress: silent });
  jobServer = await startLocalJobServer(local, folder);
}, 1_800_000);

afterAll(async () => {
  for (const each of started.reverse()) {
    if (each.exitCode !== null) continue;
    const ended = once(each, "exit");
    each.kill("SIGTERM");
    await ended;
  }
  await jobServer?.server.stop();
  await local?.workerPool.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sums of each key; `output` is a file of this machine. */
const sums = (output: string): string => `pipeline:
  type: chain
  transforms:
    - type: Create
      config:
        elements: [{k: a, n: 1}, {k: b, n: 2}, {k: a, n: 3}]
    - type: MapToFields
      config: {language: python, fields: {k: k, n: {callable: "lambda row: row.n * 10", output_type: integer}}}
    - type: Combine
      config: {group_by: k, combine: {sum: {value: n, fn: sum}}}
    - type: MapToFields
      config: {language: python, fields: {line: {callable: "lambda row: row.k + str(row.sum)", output_type: string}}}
    - type: WriteToText
      config: {path: ${output}}
`;

function objectsOf(runner: BeamRunnerProps["type"], pipeline: BeamPipelineProps): { job: KubeObject; configMap: KubeObject } {
  const chart = Testing.chart();
  const operator = new DaskOperator(chart, "Operator");
  const cluster = new DaskCluster(chart, "Cluster", { name: "main", operator, image: "registry.example.com/dask-beam:1.0" });
  const own = {
    direct: { type: "direct" },
    prism: { type: "prism", location: "/opt/prism" },
    spark: { type: "spark" },
    dask: { type: "dask", cluster },
  } as const;
  new BeamPipeline(chart, "Pipeline", {
    ...pipeline,
    name: "sums",
    runner: new BeamRunner(chart, "Runner", { ...own[runner], name: "any" }),
  });
  const objects = chart.toJson() as KubeObject[];
  const [job, configMap] = ["Job", "ConfigMap"].map((kind) => objects.find((each) => each.kind === kind));
  if (!job || !configMap) throw new Error("a pipeline without its objects");
  return { job, configMap };
}

/** The submitter of the Job, with this machine's addresses and folders. */
async function run(runner: BeamRunnerProps["type"], pipeline: BeamPipelineProps): Promise<SubmitterEnd> {
  const { job, configMap } = objectsOf(runner, pipeline);
  const volume = mkdtempSync(join(folder, "volume-"));
  writeVolume({ job, configMap }, volume, () => "");
  const here = { flinkPort: 1, jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
  const replaced = { "/opt/prism": prism, "main.dask.svc:8786": `127.0.0.1:${scheduler}` };
  const command = loopbackCommand(job, here).map((text) =>
    Object.entries(replaced).reduce((all, [from, to]) => all.replace(from, to), text),
  );
  const env = { ...(runner === "spark" ? local.env : process.env), HOME: folder, BEAMSTACK_WITHOUT_FLINK: "1" };
  const path = runner === "dask" ? bin : local.beam.bin;
  return runSubmitter(command, { folder: volume, env: { ...env, PATH: `${path}:${process.env["PATH"] ?? ""}` }, timeoutMs: 240_000 });
}

function written(name: string): string[] {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}-`) && file.includes("-of-"));
  return files
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n"))
    .filter((line) => line !== "")
    .sort();
}

test.each([
  ["direct", 1],
  ["direct", 2],
  ["prism", 1],
  ["spark", 2],
] as const)("a pipeline on %s, parallelism %i, gives the sums", async (runner, parallelism) => {
  const name = `${runner}${parallelism}`;

  const { code, stderr } = await run(runner, { definition: sums(join(folder, name)), parallelism });

  expect({ code, said: code === 0 ? "" : stderr.slice(-3000) }).toEqual({ code: 0, said: "" });
  expect(written(name)).toEqual(["a40", "b20"]);
});

const asserted = (b: number): string =>
  sums("").replace(/ {4}- type: WriteToText\n.*\n/, `    - {type: AssertEqual, config: {elements: [{line: a40}, {line: b${b}}]}}\n`);

test("a pipeline on dask gives the sums, and fails where others are expected", async () => {
  const right = await run("dask", { definition: asserted(20), parallelism: 2 });
  const wrong = await run("dask", { definition: asserted(21), parallelism: 2 });

  expect({ code: right.code, said: right.code === 0 ? "" : right.stderr.slice(-3000) }).toEqual({ code: 0, said: "" });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain("missing elements");
});

test.each(["direct", "prism", "dask"] as const)("a pipeline that fails on %s fails its Job with the reason", async (runner) => {
  const definition = asserted(20).replace("row.n * 10", "row.n // (row.n - 2)");

  const { code, stderr } = await run(runner, { definition });

  expect(code).toBe(1);
  expect(stderr).toMatch(/integer division or modulo by zero/);
});

test("what the allow-list of Dask leaves out is wrong or fails there", () => {
  const said = execFileSync(
    join(bin, "python"),
    [join(__dirname, "../../../fixtures/dask/beam_limits.py"), `tcp://127.0.0.1:${scheduler}`],
    {
      encoding: "utf8",
      stdio: "pipe",
    },
  );

  expect(JSON.parse(said.trim().split("\n").at(-1) ?? "")).toEqual({
    ReadFromText: "fails",
    WriteToJson: "fails",
    WriteToText: "other results",
    Partition: "other results",
    WindowInto: "other results",
    "several ends": "other results",
    "none of these": "as Beam means it",
  });
});
