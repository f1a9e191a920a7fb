/**
 * A submitter of a stream that is killed at twelve moments of an upgrade, on a real Flink: the next try converges with exactly one job.
 * One that stops its stream leaves a savepoint, from which the stream goes on when it comes back.
 *
 * @exercises beam, flink
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Duration } from "#lib/core/duration";
import { runSubmitter } from "#stacks/beam/submitter";
import { chain, FlinkMachine } from "../../../stacks/beam/flink-cluster";
import type { LaidOut } from "../../../stacks/beam/rendered";

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
