import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { clearStaleLocks } from "#stacks/engine/locks";
import { refuseLocked } from "#stacks/engine/stack";
import { PLUGINS } from "../../fixtures/plugins";

/** Above the largest pid that Linux gives. */
const NO_PROCESS = 2 ** 22 + 1;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "locks-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function lock(name: string, content: object | string): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const mine = { username: "me", hostname: hostname(), timestamp: new Date().toISOString() };

test("removes the lock of a dead process of this host", () => {
  const path = lock("a", { ...mine, pid: NO_PROCESS });

  const { cleared, held } = clearStaleLocks(folder);

  expect(cleared.map(({ pid }) => pid)).toEqual([NO_PROCESS]);
  expect(held).toEqual([]);
  expect(existsSync(path)).toBe(false);
});

test("leaves the lock of a process that lives", () => {
  const path = lock("a", { ...mine, pid: process.pid });

  expect(clearStaleLocks(folder).held).toMatchObject([{ pid: process.pid, user: "me" }]);
  expect(existsSync(path)).toBe(true);
});

test("leaves the lock of another host, whose processes it cannot see", () => {
  lock("a", { ...mine, hostname: "elsewhere.invalid", pid: NO_PROCESS });

  expect(clearStaleLocks(folder).held).toHaveLength(1);
});

test("takes back a lock older than the process that now has its pid", () => {
  lock("a", { ...mine, pid: process.pid, timestamp: "2001-01-01T00:00:00Z" });

  expect(clearStaleLocks(folder).cleared).toHaveLength(process.platform === "linux" ? 1 : 0);
});

test("takes back a lock that was cut off while it was written", () => {
  lock("a", '{"pid": 1');

  expect(clearStaleLocks(folder).cleared).toHaveLength(1);
});

test("finds nothing where no lock was ever taken", () => {
  expect(clearStaleLocks(join(folder, "absent"))).toEqual({ cleared: [], held: [] });
});

test("who comes second is told who was first, not to break the lock; any other failure of the engine is left as it is", () => {
  lock("a", { ...mine, pid: process.pid });
  const settings = {
    project: "team",
    stack: "dev",
    engine: "",
    plugins: PLUGINS,
    cwd: "",
    env: {},
    files: { state: "", locks: folder, older: [] },
  };

  expect(() => refuseLocked(settings, "error: the stack is currently locked by 1 lock(s). Either wait for ...")).toThrow(
    `the stack dev is locked by process ${process.pid} of me@`,
  );
  expect(() => refuseLocked(settings, "error: something else")).not.toThrow();
});
