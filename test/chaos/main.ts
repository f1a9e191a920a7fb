/**
 * `npm run test:chaos -- --seed N --times K [--only I[-J]]`: kills and faults at random moments of up, change, refresh and destroy. After
 * each case a plain rerun must converge and a further one change nothing; status agrees; pods are ready; nothing foreign is touched.
 */

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { removeControlPlane } from "#stacks/local/control-plane/stop";
import { injectionOf, makeWritable, rememberState } from "./faults";
import { type Case, type Operation, planOf } from "./plan";
import {
  canMount,
  type Ended,
  home,
  isGroupAlive,
  NAME,
  plant,
  podsNotReady,
  prepare,
  project,
  run,
  signal,
  start,
  started,
  withClient,
  witnesses,
  writeEnvironment,
} from "./world";

const { values } = parseArgs({ options: { seed: { type: "string" }, times: { type: "string" }, only: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 100_000);
const times = Number(values.times ?? 10);
const [from = 0, to = from] = values.only?.split("-").map(Number) ?? [0, times];

const argsOf = (operation: Operation): string[] => [operation === "change" ? "up" : operation, NAME, "--yes"];

/** Seconds that each operation takes without a fault. */
const usual: Record<Operation, number> = { up: 20, change: 12, refresh: 12, destroy: 15 };
let changed = false;
let baseline = "";

async function play(one: Case): Promise<void> {
  if (one.operation === "up") await mustEnd("set-up destroy", ["destroy", NAME, "--yes"]);
  if (one.operation === "change") changed = !changed;
  writeEnvironment(changed);
  const { before, during, after } = injectionOf(one);
  await before?.();
  const { pid, ended } = start(...argsOf(one.operation));
  const first = await Promise.race([ended, pause(one.at * usual[one.operation] * 1000)]);
  if (!first || one.fault.type === "home-removed") await during?.(pid);
  const end = await ended;
  // An engine whose command was killed goes on, and holds the lock.
  while (isGroupAlive(pid)) await pause(200);
  await after?.(end);
  process.stdout.write(
    `    ${one.operation} ended ${end.code} in ${end.seconds.toFixed(0)} s${end.code === 0 ? "" : `: ${lastWords(end)}`}\n`,
  );
  await converge(one);
}

/** The last lines that say more than progress. */
function lastWords({ said }: Ended): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^[a-z-]+: \d+ .*(ready|gone)/.test(line));
  return lines.slice(-4).join("\n      ").slice(-1000);
}

async function mustEnd(what: string, args: string[]): Promise<Ended> {
  const ended = await run(...args);
  if (ended.code !== 0) throw new Error(`${what} ended ${ended.code}: ${ended.said.slice(-4000)}`);
  return ended;
}

async function converge({ fault }: Case): Promise<void> {
  // What somebody deleted, or a state does not know, is what a refresh is for; `up` says so.
  const plain = await run("up", NAME, "--yes");
  if (plain.code !== 0 && !/up (chaos|with) --refresh/.test(plain.said))
    throw new Error(`the rerun ended ${plain.code}: ${plain.said.slice(-4000)}`);
  if (plain.code !== 0) await mustEnd("the rerun with a refresh", ["up", NAME, "--yes", "--refresh"]);
  const status = await run("status", NAME);
  if (status.code !== 0) throw new Error(`status does not agree with up: ${status.said.slice(-4000)}`);
  await mustEnd("a further run", ["up", NAME, "--yes", "--expect-no-changes"]);
  const waiting = await podsNotReady();
  if (waiting.length > 0) throw new Error(`pods are not ready: ${waiting.join(", ")}`);
  if (fault.type === "home-removed") baseline = await plant();
  const now = await withClient(witnesses);
  if (now !== baseline) throw new Error(`what others own, or data, has changed:\n${baseline}\n->\n${now}`);
  rememberState();
}

async function measure(): Promise<void> {
  usual.up = (await mustEnd("the first up", ["up", NAME, "--yes"])).seconds;
  usual.refresh = usual.change = (await mustEnd("a refresh", ["refresh", NAME, "--yes"])).seconds;
  usual.destroy = usual.up * 0.8;
  baseline = await plant();
  rememberState();
}

/** Whether a case was played, and held. */
async function outcomeOf(one: Case, index: number): Promise<"converged" | "failed" | "skipped"> {
  if (!canMount && (one.fault.type === "disk-full" || one.fault.type === "read-only-home")) return "skipped";
  process.stdout.write(`case ${index} ${JSON.stringify(one)}\n`);
  try {
    await play(one);
    return "converged";
  } catch (thrown) {
    process.stdout.write(`FAILED case ${index}: ${thrown instanceof Error ? thrown.message : thrown}\n`);
    await recover();
    return "failed";
  }
}

async function playAll(plan: readonly Case[]): Promise<void> {
  const outcomes: string[] = [];
  await measure();
  for (const [index, one] of plan.entries()) if (index >= from && index <= to) outcomes.push(await outcomeOf(one, index));
  const amount = (outcome: string): string => `${outcomes.filter((each) => each === outcome).length} ${outcome}`;
  process.stdout.write(`seed ${seed}: ${["converged", "failed", "skipped"].map(amount).join(", ")}\n`);
  if (!canMount) process.stdout.write("a full disk and a read-only home need root and unshare: a disk of their own is mounted for them\n");
  if (outcomes.includes("failed")) process.exitCode = 1;
}

async function main(): Promise<void> {
  const plan = planOf(seed, times);
  process.stdout.write(`seed ${seed}\n${plan.map((one, index) => `  ${index} ${JSON.stringify(one)}`).join("\n")}\n`);
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => void cleanUp().finally(() => process.exit(130)));
  try {
    prepare();
    await playAll(plan);
  } finally {
    await cleanUp();
  }
}

async function cleanUp(): Promise<void> {
  for (const pid of started) signal(-pid, "SIGKILL");
  await removeControlPlane(NAME, home).catch(() => undefined);
  if (canMount) execFileSync("umount", ["-l", home]);
  for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true });
}

/** The next case starts from a cluster of its own. */
async function recover(): Promise<void> {
  makeWritable();
  rmSync(join(home, "filler"), { force: true });
  await removeControlPlane(NAME, home).catch(() => undefined);
  writeEnvironment(changed);
  await mustEnd("a new start", ["up", NAME, "--yes"]);
  baseline = await plant();
}

main().catch((thrown: unknown) => {
  process.stdout.write(`the run ended early: ${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = 1;
});
