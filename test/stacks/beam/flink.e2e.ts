/**
 * The submitter on a real Flink session cluster with a real worker pool. Beam's Flink runner is the real jar where
 * BEAMSTACK_IAC_FLINK_JOB_SERVER names it, else the stand-in of `test/fixtures/flink-runner`.
 *
 * @exercises beam, flink
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Duration } from "#lib/core/duration";
import { freePort } from "#stacks/beam/free-port";
import { type LocalBeam, startWorkerPool } from "#stacks/beam/local-beam";
import { jobServerCommand, jobServerPorts, type LocalFlink, startFlinkJobServer, startLocalFlink } from "#stacks/beam/local-flink";
import { answers, type Service } from "#stacks/beam/service";
import { runSubmitter, type SubmitterEnd } from "#stacks/beam/submitter";
import { obtainFlink } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { type LaidOut, layOut } from "./rendered";

const folder = mkdtempSync(join(tmpdir(), "beam-flink-"));
const standIn = join(__dirname, "../../fixtures/flink-runner");
let local: LocalBeam;
let flink: LocalFlink;
let jobServer: Service;
let jobServerPort: number;

beforeAll(async () => {
  local = await startWorkerPool({ folder, progress: silent });
  const env = { ...local.env, STAND_IN_RUN_PIPELINE: join(standIn, "run_pipeline.py") };
  flink = await startLocalFlink({ folder, env, progress: silent });
  const ports = await jobServerPorts();
  jobServerPort = ports.job;
  jobServer = startFlinkJobServer(await runner(), { ports, restPort: flink.restPort, folder, env: local.env });
  await jobServer.until(() => answers(ports.job));
});

afterAll(async () => {
  await jobServer?.stop();
  await flink?.stop();
  await local?.workerPool.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The command of the job server: the real one, or the stand-in with its jar compiled against the Flink it runs on. */
async function runner(): Promise<string[]> {
  if (process.env["BEAMSTACK_IAC_FLINK_JOB_SERVER"]) return jobServerCommand(silent);
  const [classes, jar] = [join(folder, "classes"), join(folder, "stand-in.jar")];
  mkdirSync(classes);
  const source = join(standIn, "org/apache/beam/runners/flink/FlinkPipelineRunner.java");
  execFileSync("javac", ["--release", "17", "-cp", join(await obtainFlink(silent), "lib", "*"), "-d", classes, source]);
  execFileSync("jar", ["cf", jar, "-C", classes, "."]);
  return [local.beam.python, join(standIn, "job_server.py"), jar];
}

const chain = (elements: string, expression: string, options = "") =>
  `pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: ${elements}}\n    - type: MapToFields\n      config: {language: python, fields: {x: ${expression}}}\n    - type: LogForTesting\n${options}`;

function prepare(definition: string, more: Partial<Parameters<typeof layOut>[0]> = {}): LaidOut {
  const addresses = { flinkPort: flink.restPort, jobServerPort, workerPoolPort: local.workerPoolPort };
  return layOut({ definition, ...more }, { parent: folder, addresses });
}

function run({ command, folder: volume }: LaidOut): Promise<SubmitterEnd> {
  return runSubmitter(command, { folder: volume, env: local.env, timeoutMs: 240_000 });
}

async function rest(path: string): Promise<ReturnType<typeof JSON.parse>> {
  return (await fetch(`http://127.0.0.1:${flink.restPort}${path}`)).json();
}

async function jobNamed(name: string): Promise<{ readonly jid: string; readonly state: string } | undefined> {
  const { jobs } = await rest("/jobs/overview");
  return jobs.find((job: { readonly name: string }) => job.name === name);
}

test("runs the tutorial on Flink, and ends when Flink says that it has finished", async () => {
  const tutorial = prepare(readFileSync(join(__dirname, "../../../stacks/env/pipelines/upstream-tutorial.yaml"), "utf8"));

  const end = await run(tutorial);

  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining(`pipeline ${tutorial.name} finished`) });
  expect(await jobNamed(tutorial.name)).toMatchObject({ state: "FINISHED" });
});

test("a failing pipeline ends with 1 and the error of its own code as the last word", async () => {
  const failing = prepare(chain("[0]", "1 / element"));

  const end = await run(failing);

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/^beamstack: pipeline sample-\w+ failed: .*ZeroDivisionError/);
  expect(await jobNamed(failing.name)).toMatchObject({ state: "FAILED" });
});

test("a stream is left running; its next version starts from its savepoint, a retried pod starts nothing twice", async () => {
  const checkpoints = { interval: Duration.seconds(1), timeout: Duration.seconds(90) };
  const stream = (n: number) =>
    prepare(chain("[1]", `element + ${n}`, "options: {streaming: true}\n"), { upgrade: "savepoint", checkpoints });
  const [first, second] = [stream(1), stream(2)];

  expect(await run(first)).toMatchObject({ code: 0, stderr: expect.stringContaining(`pipeline ${first.name} is running`) });
  const again = await run(first);
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`flink job ${first.name} runs already`) });
  const { jobs } = await rest("/jobs/overview");
  expect(jobs.filter((job: { readonly name: string }) => job.name === first.name)).toHaveLength(1);
  expect(await rest(`/jobs/${(await jobNamed(first.name))?.jid}/checkpoints/config`)).toMatchObject({
    interval: 1_000,
    timeout: 90_000,
    externalization: { enabled: true, delete_on_cancellation: false },
  });

  expect(await run(second)).toMatchObject({ code: 0, stderr: expect.stringContaining(`stopped ${first.name} with savepoint file:`) });
  expect(await jobNamed(first.name)).toMatchObject({ state: "FINISHED" });
  const successor = await jobNamed(second.name);
  expect(successor).toMatchObject({ state: "RUNNING" });
  const restored = await rest(`/jobs/${successor?.jid}/checkpoints`);
  expect(restored.latest.restored.external_path).toMatch(/savepoint/);

  // As a first try leaves it that stops the older version and then dies.
  await stopped(successor?.jid ?? "");
  const third = stream(3);
  expect(await run(third)).toMatchObject({ code: 0, stderr: expect.stringContaining(`going on from what ${second.name} has left: file:`) });
  const { latest } = await rest(`/jobs/${(await jobNamed(third.name))?.jid}/checkpoints`);
  expect(latest.restored.external_path).toMatch(/savepoint/);

  const last = prepare(chain("[1]", "element + 4"));
  expect(await run(last)).toMatchObject({ code: 0, stderr: expect.stringContaining(`cancelled ${third.name}, an older version`) });
  expect(await jobNamed(third.name)).toMatchObject({ state: expect.stringMatching(/^CANCEL/) });
});

/** Stops a job with a savepoint and waits for its end. */
async function stopped(jid: string): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await fetch(`http://127.0.0.1:${flink.restPort}/jobs/${jid}/stop`, { method: "POST", headers, body: '{"drain":false}' });
  while ((await rest(`/jobs/${jid}`)).state !== "FINISHED") await pause(200);
}

test("without Flink the submitter waits for it, says so and ends with 1", async () => {
  const addresses = { flinkPort: await freePort(), jobServerPort: await freePort(), workerPoolPort: local.workerPoolPort };
  const { command, folder: volume } = layOut({ definition: chain("[1]", "element") }, { parent: folder, addresses });
  const soon = command.map((argument) => argument.replace("--job_server_timeout=120", "--job_server_timeout=3"));

  const end = await runSubmitter(soon, { folder: volume, env: local.env, timeoutMs: 120_000 });

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toBe(`beamstack: Flink does not answer at http://localhost:${addresses.flinkPort}`);
});
