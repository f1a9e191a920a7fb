/**
 * A submitter of a stream that is killed at twelve moments of an upgrade, on a real Flink: the next try converges with exactly one job.
 * One that stops its stream leaves a savepoint, from which the stream goes on when it comes back: also where `pipeline stop` runs it in a cluster.
 *
 * @exercises beam, flink
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Duration } from "#lib/core/duration";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { streamUpgrades } from "#stacks/beam/stream-upgrades";
import { runSubmitter } from "#stacks/beam/submitter";
import { pipelineCommand } from "#stacks/cli/commands/pipeline";
import { refOf } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { applyStrictly } from "../../../fixtures/apply-release";
import { withControlPlane } from "../../../fixtures/control-plane";
import { chain, type FlinkJob, FlinkMachine } from "../../../stacks/beam/flink-cluster";
import { ENVIRONMENT, live } from "../../../stacks/beam/live";
import type { LaidOut } from "../../../stacks/beam/rendered";
import { SubmitterPods } from "../../../stacks/beam/submitter-pods";
import { FakeTerminal } from "../../../stacks/cli/fake-terminal";
import { releaseWith } from "../../release/fixture";

let machine: FlinkMachine;
let number = 0;

beforeAll(async () => {
  machine = await FlinkMachine.start();
  expect(await machine.run(version("element"))).toMatchObject({ code: 0 });
});

afterAll(() => machine?.stop());

/** Every version is another one. One that crashes ends the wait at once, so that `verifySeconds` may be long. */
function version(expression: string, verifySeconds = 1): LaidOut {
  number += 1;
  const definition = chain("[1]", `${expression} + ${number}`, "options: {streaming: true}\n");
  // Long, as no checkpoint is completed while the task starts Python, which takes minutes on a machine that is busy.
  const checkpoints = { interval: Duration.seconds(1), timeout: Duration.minutes(10) };
  return machine.prepare({ definition, upgrade: "savepoint", checkpoints, verifySeconds });
}

/** Kills a try as soon as it says something for the nth time. */
async function killedAfter({ command: [program = "", ...rest], folder }: LaidOut, lines: number): Promise<boolean> {
  const child = spawn(program, rest, { cwd: folder, env: machine.env, stdio: ["ignore", "ignore", "pipe"] });
  let said = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString().split("beamstack: ").length - 1;
    if (said >= lines) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "exit");
  return signal === "SIGKILL";
}

const MOMENTS = [1, 2, 3, 4, 5, 6];

test.each(MOMENTS)("a good version, killed at its line %d, is the one that runs after the next try", async (lines) => {
  const next = version("element");
  await killedAfter(next, lines);

  expect(await machine.run(next)).toMatchObject({ code: 0 });

  const [job, ...others] = await machine.active();
  expect([job?.name, others]).toEqual([next.name, []]);
  expect(await machine.restoredFrom(job?.jid)).toMatch(/savepoint|chk-/);
});

test.each(MOMENTS)("a version that crashes, killed at its line %d, has given way after the next try", async (lines) => {
  const [before] = await machine.active();
  const next = version("1 / (element - 1)", 300);
  const killed = await killedAfter(next, lines);

  // One that was too fast to be killed has gone back already.
  if (killed) expect(await machine.run(next)).toMatchObject({ code: 3 });
  await pause(500);

  const [job, ...others] = await machine.active();
  expect([job?.name, others]).toEqual([before?.name, []]);
  expect(await machine.restoredFrom(job?.jid)).toMatch(/savepoint|chk-/);
});

test("a stream that is stopped leaves a savepoint and no job, and goes on from it when it is submitted again", async () => {
  const own = version("element");
  await machine.run(own);
  const stop = () => runSubmitter(own.command, { folder: own.folder, env: { ...machine.env, BEAMSTACK_STOP: "1" }, timeoutMs: 240_000 });

  expect(await stop()).toMatchObject({ code: 0, stderr: expect.stringContaining(`stopped ${own.name} with savepoint file:`) });

  const state = JSON.parse(readFileSync(machine.stateFile, "utf8"));
  expect([await machine.active(), state.status, state.savepoint]).toEqual([[], "STOPPED", expect.stringMatching(/^file:.*savepoint/)]);
  expect(await stop()).toMatchObject({ code: 0, stderr: expect.stringContaining("there is nothing to stop") });

  expect(await machine.run(own)).toMatchObject({ code: 0 });
  const [job, ...others] = await machine.active();
  expect([job?.name, others, await machine.restoredFrom(job?.jid)]).toEqual([own.name, [], state.savepoint]);
});

describe("in a cluster", () => {
  const before = process.cwd();
  let client: KubeClient;
  let pods: SubmitterPods;

  // First, as it needs the API server.
  afterAll(async () => {
    process.chdir(before);
    await pods?.stop();
    client?.close();
  });
  const controlPlane = withControlPlane([]);

  beforeAll(async () => {
    client = connect(loadKubeconfig(controlPlane.kubeconfig));
    await applyStrictly(client, { apiVersion: "v1", kind: "Namespace", metadata: { name: "flink" } });
    pods = new SubmitterPods(client, machine, "flink");
    const project = mkdtempSync(join(machine.folder, "project-"));
    mkdirSync(join(project, "env"));
    writeFileSync(join(project, "package.json"), "{}");
    const cluster = { type: "context", context: client.access.context, kubeconfig: controlPlane.kubeconfig };
    writeFileSync(join(project, "env", `${ENVIRONMENT}.ts`), `export default ${JSON.stringify({ name: ENVIRONMENT, cluster })};\n`);
    process.chdir(project);
  });

  /** The pipeline's objects on the API server; its Job has ended. */
  async function deployed(objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) await applyStrictly(client, object);
    const job = objects.find(({ kind }) => kind === "Job");
    if (!job) throw new Error("a pipeline without a Job");
    while (!JSON.stringify(valueAt(await client.get(refOf(job)), ["status", "conditions"]) ?? []).includes('"Complete"')) {
      pods.requireSound();
      await pause(500);
    }
  }

  /** The command, with what it says. */
  async function stopClicks(): Promise<JsonObject> {
    const terminal = new FakeTerminal();
    await pipelineCommand(terminal).parseAsync(["stop", ENVIRONMENT, "clicks", "--yes", "--json"], { from: "user" });
    return { code: terminal.code, ...JSON.parse(terminal.out) };
  }

  /** A version of the stream; it proves itself in a second. */
  function clicks(expression: string): KubeObject[] {
    const definition = chain("[1]", expression, "options: {streaming: true}\n");
    return live("clicks", { upgrade: "savepoint", definition }).map((object) => {
      const text = valueAt(object, ["data", "settings.json"]);
      if (typeof text !== "string" || !isJsonObject(object["data"])) return object;
      return { ...object, data: { ...object["data"], "settings.json": JSON.stringify({ ...JSON.parse(text), verifySeconds: 1 }) } };
    });
  }

  async function runningClicks(): Promise<FlinkJob[]> {
    return (await machine.active()).filter(({ name }) => name.startsWith("clicks-"));
  }

  test("pipeline stop leaves a savepoint in the stream's state and no job, and the plan names it for the next version", async () => {
    await deployed(clicks("element"));
    expect(await runningClicks()).toHaveLength(1);

    const end = await stopClicks();

    expect(end).toMatchObject({ code: 0, kind: "PipelineStop", savepoint: expect.stringMatching(/^file:.*savepoint/) });
    expect(await runningClicks()).toEqual([]);
    const kept = await client.get({ apiVersion: "v1", kind: "ConfigMap", name: "clicks-state", namespace: "flink" });
    expect(kept["data"]).toMatchObject({ status: "STOPPED", savepoint: end["savepoint"] });
    const jobs = await client.list({ apiVersion: "batch/v1", kind: "Job", namespace: "flink" });
    expect(jobs.filter(({ metadata }) => metadata.name === "clicks-stop" && metadata["deletionTimestamp"] === undefined)).toEqual([]);

    const next = clicks("element + 1");
    expect(await streamUpgrades(releaseWith(next), client)).toEqual({
      problems: [],
      notes: [expect.stringMatching(new RegExp(`^pipeline clicks: clicks-[0-9a-f]{8} goes on from ${end["savepoint"]}$`))],
    });
    await deployed(next);
    const [job] = await runningClicks();
    expect(await machine.restoredFrom(job?.jid)).toBe(end["savepoint"]);
  });
});
