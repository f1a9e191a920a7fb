import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Session, withSession } from "#stacks/beam/session";

/** Starts a program that goes on for long and has written its pid. */
async function startSleeper({ folder, start }: Session, name: string): Promise<number> {
  const file = join(folder, name);
  start({ name, program: "sh", arguments: ["-c", 'echo $$ > "$0"; sleep 600', file], env: process.env, log: `${file}.log` });
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await pause(20);
  return Number(readFileSync(file, "utf8"));
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("what a run has started ends with it, the last first, and its folder is gone", async () => {
  const order: string[] = [];
  let pid = 0;

  const folder = await withSession(async (session) => {
    session.atEnd(async () => void order.push(runs(pid) ? "first, too early" : "first"));
    pid = await startSleeper(session, "one");
    session.atEnd(async () => void order.push(runs(pid) ? "last" : "last, too late"));
    return session.folder;
  });

  expect(order).toEqual(["last", "first"]);
  expect([runs(pid), existsSync(folder)]).toEqual([false, false]);
});

test("a run that fails ends in the same way, with its own error", async () => {
  let pid = 0;
  const failing = withSession(async (session) => {
    pid = await startSleeper(session, "one");
    throw new Error("broken");
  });

  await expect(failing).rejects.toThrow("broken");
  expect(runs(pid)).toBe(false);
});

test("a run leaves no listener of signals", async () => {
  const before = process.listenerCount("SIGINT");

  await withSession(async () => expect(process.listenerCount("SIGINT")).toBe(before + 1));

  expect(process.listenerCount("SIGINT")).toBe(before);
});
