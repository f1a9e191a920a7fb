import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "#stacks/local/lock";
import { identify } from "#stacks/local/process-identity";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "beamstack-iac-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = (): never => {
  throw new Error("nobody holds this lock");
};

test("one at a time, each after the other", async () => {
  let inside = 0;
  const most: number[] = [];
  const work = async (): Promise<void> => {
    most.push(++inside);
    await new Promise(setImmediate);
    inside--;
  };

  await Promise.all(Array.from({ length: 8 }, () => withLock(folder, work, () => {})));

  expect(most).toEqual(Array(8).fill(1));
});

test("a waiting process learns the holder once", async () => {
  const told: number[] = [];
  let finish = (): void => {};
  const first = withLock(folder, () => new Promise<void>((resolve) => (finish = resolve)), never);

  const second = withLock(
    folder,
    async () => "done",
    (pid) => {
      told.push(pid);
      finish();
    },
  );

  expect(await second).toBe("done");
  await first;
  expect(told).toEqual([process.pid]);
});

test("a lock is free again after its holder failed", async () => {
  await expect(withLock(folder, () => Promise.reject(new Error("failed")), never)).rejects.toThrow("failed");

  expect(await withLock(folder, async () => "next", never)).toBe("next");
});

test.each([
  ["whose process has ended", "4194305\nboot:1"],
  ["whose pid another process has now", `${process.pid}\nboot:1`],
  ["that is empty", ""],
  ["that is no ticket", "hello"],
])("a ticket %s blocks no process", async (_case, ticket) => {
  writeFileSync(join(folder, "ticket-7"), ticket);

  expect(await withLock(folder, async () => readdirSync(folder), never)).toEqual(["ticket-8"]);
});

test("a ticket of a living process keeps everybody out", async () => {
  writeFileSync(join(folder, "ticket-1"), `${process.pid}\n${identify(process.pid)?.start}`);
  const told: number[] = [];

  const result = await withLock(
    folder,
    async () => readdirSync(folder),
    (pid) => {
      told.push(pid);
      writeFileSync(join(folder, "ticket-1"), "free");
    },
  );

  expect(told).toEqual([process.pid]);
  expect(result).toEqual(["ticket-2"]);
});
