/**
 * The submitter on a real Flink session cluster with a real worker pool.
 *
 * @exercises beam, flink
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Duration } from "#lib/core/duration";
import { freePort } from "#stacks/beam/free-port";
import { runSubmitter } from "#stacks/beam/submitter";
import { chain, FlinkMachine } from "./flink-cluster";
import { layOut } from "./rendered";

let machine: FlinkMachine;

beforeAll(async () => {
  machine = await FlinkMachine.start();
});

afterAll(() => machine?.stop());

test("runs the tutorial on Flink, and ends when Flink says that it has finished", async () => {
  const tutorial = machine.prepare({
    definition: readFileSync(join(__dirname, "../../../stacks/env/pipelines/upstream-tutorial.yaml"), "utf8"),
  });

  const end = await machine.run(tutorial);

  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining(`pipeline ${tutorial.name} finished`) });
  expect(await machine.jobNamed(tutorial.name)).toMatchObject({ state: "FINISHED" });
});

test("a failing pipeline ends with 1 and the error of its own code as the last word", async () => {
  const failing = machine.prepare({ definition: chain("[0]", "1 / element") });

  const end = await machine.run(failing);

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/^beamstack: pipeline sample-\w+ failed: .*ZeroDivisionError/);
  expect(await machine.jobNamed(failing.name)).toMatchObject({ state: "FAILED" });
});

const checkpoints = { interval: Duration.seconds(1), timeout: Duration.seconds(90) };
const stream = (expression: string) => chain("[1]", expression, "options: {streaming: true}\n");
/** `verifySeconds`: a version that crashes ends the wait at once, so that it may be long. */
const version = (expression: string, verifySeconds = 2) =>
  machine.prepare({ definition: stream(expression), upgrade: "savepoint", checkpoints, verifySeconds });

test("a stream is left running; its next version starts from its savepoint, a retried pod starts nothing twice", async () => {
  const [first, second] = [version("element + 1"), version("element + 2")];

  expect(await machine.run(first)).toMatchObject({ code: 0, stderr: expect.stringContaining(`pipeline ${first.name} is running`) });
  const again = await machine.run(first);
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`flink job ${first.name} runs already`) });
  expect((await machine.jobs()).filter(({ name }) => name === first.name)).toHaveLength(1);
  expect(await machine.rest(`/jobs/${(await machine.jobNamed(first.name))?.jid}/checkpoints/config`)).toMatchObject({
    interval: 1_000,
    timeout: 90_000,
    externalization: { enabled: true, delete_on_cancellation: false },
  });

  expect(await machine.run(second)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`stopped ${first.name} with savepoint file:`),
  });
  expect(await machine.jobNamed(first.name)).toMatchObject({ state: "FINISHED" });
  const successor = await machine.jobNamed(second.name);
  expect(successor).toMatchObject({ state: "RUNNING" });
  expect(await machine.restoredFrom(successor?.jid)).toMatch(/savepoint/);

  // As a first try leaves it that stops the older version and then dies.
  await stopped(successor?.jid ?? "");
  const third = version("element + 3");
  expect(await machine.run(third)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`going on from what ${second.name} has left: file:`),
  });
  expect(await machine.restoredFrom((await machine.jobNamed(third.name))?.jid)).toMatch(/savepoint/);
});

test("a version that crashes gives way to the last one, which goes on from the savepoint", async () => {
  const [good, bad] = [version("element + 10"), version("1 / (element - 1)", 300)];
  expect(await machine.run(good)).toMatchObject({ code: 0, stderr: expect.stringContaining(`pipeline ${good.name} is running`) });

  const end = await machine.run(bad);

  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(
    new RegExp(`^beamstack: pipeline ${bad.name} failed; ${good.name} runs again from file:.*savepoint`),
  );
  expect(end).toMatchObject({ code: 3, stderr: expect.stringContaining("ZeroDivisionError") });
  expect(await machine.active()).toMatchObject([{ name: good.name, state: "RUNNING" }]);
  expect(await machine.restoredFrom((await machine.jobNamed(good.name))?.jid)).toMatch(/savepoint/);
});

test("state of another SDK is refused before anything stops, and a reset leaves a last savepoint", async () => {
  const [kept] = await machine.active();
  const text = readFileSync(machine.stateFile, "utf8");
  writeFileSync(machine.stateFile, text.replaceAll('"sdk": "2.77.0"', '"sdk": "2.76.0"'));
  const next = version("element + 20");

  expect(await machine.run(next)).toMatchObject({ code: 2, stderr: expect.stringContaining('set stateReset to "2.77.0"') });
  expect(await machine.active()).toMatchObject([{ jid: kept?.jid }]);

  const reset = machine.prepare({
    definition: stream("element + 20"),
    upgrade: "savepoint",
    stateReset: "2.77.0",
    checkpoints,
    verifySeconds: 2,
  });
  expect(await machine.run(reset)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`stopped ${kept?.name} with savepoint file:`),
  });
  expect(await machine.active()).toMatchObject([{ name: reset.name }]);
  expect(await machine.restoredFrom((await machine.jobNamed(reset.name))?.jid)).toBeUndefined();

  const last = machine.prepare({ definition: chain("[1]", "element + 4") });
  expect(await machine.run(last)).toMatchObject({ code: 0, stderr: expect.stringContaining(`cancelled ${reset.name}, an older version`) });
  expect(await machine.jobNamed(reset.name)).toMatchObject({ state: expect.stringMatching(/^CANCEL/) });
});

/** Stops a job with a savepoint and waits for its end. */
async function stopped(jid: string): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await fetch(`http://127.0.0.1:${machine.flink.restPort}/jobs/${jid}/stop`, { method: "POST", headers, body: '{"drain":false}' });
  while ((await machine.rest(`/jobs/${jid}`)).state !== "FINISHED") await pause(200);
}

test("without Flink the submitter waits for it, says so and ends with 1", async () => {
  const addresses = { flinkPort: await freePort(), jobServerPort: await freePort(), workerPoolPort: machine.local.workerPoolPort };
  const { command, folder: volume } = layOut({ definition: chain("[1]", "element") }, { parent: machine.folder, addresses });
  const soon = command.map((argument) => argument.replace("--job_server_timeout=120", "--job_server_timeout=3"));

  const end = await runSubmitter(soon, { folder: volume, env: machine.local.env, timeoutMs: 120_000 });

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toBe(`beamstack: Flink does not answer at http://localhost:${addresses.flinkPort}`);
});
