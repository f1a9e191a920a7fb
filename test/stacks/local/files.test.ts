import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cacheFolder, packageRoot, privateFolder, readIfThere, stateFolder, writePrivate } from "#stacks/local/files";
import { systemError } from "#stacks/local/local-error";

const home = mkdtempSync(join(tmpdir(), "beamstack-iac-files-"));

afterAll(() => rmSync(home, { recursive: true, force: true }));

test("the package root holds package.json and the pinned modules", () => {
  expect(existsSync(join(packageRoot(), "stacks/local/toolchain/modules/etcd/go.sum"))).toBe(true);
});

test("a private file is its owner's alone, whole, and leaves no draft", () => {
  const folder = privateFolder(join(home, "a", "b"));
  const file = join(folder, "secret");

  writePrivate(file, "one");
  writePrivate(file, "two");

  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toBe("two");
  expect(readdirSync(folder)).toEqual(["secret"]);
});

test("a folder that cannot be created is an error that says what to set", () => {
  const file = join(home, "file");
  writePrivate(file, "in the way");

  expect(() => privateFolder(join(file, "below"))).toThrow(/cannot be created: ENOTDIR; set BEAMSTACK_IAC_HOME/);
});

test("folders that variables name are the same from wherever they are asked for", () => {
  const before = { ...process.env };
  process.env["BEAMSTACK_IAC_HOME"] = "home";
  process.env["XDG_CACHE_HOME"] = "cache";
  expect([stateFolder(), cacheFolder()]).toEqual([resolve("home"), resolve("cache", "beamstack-iac")]);
  process.env = before;
});

test("a missing file reads as nothing, an unreadable one is an error", () => {
  expect(readIfThere(join(home, "missing"))).toBeUndefined();
  expect(() => readIfThere(home)).toThrow(/EISDIR/);
});

test("a folder below /proc is refused at once", () => {
  expect(() => privateFolder("/proc/nope/deeper")).toThrow(/cannot be created: ENOENT; set BEAMSTACK_IAC_HOME/);
});

test("a full disk is an error with its fix, and any other error is none of the machine's", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });

  expect(systemError(full)?.message).toMatch(/no space left on device, write; free space there/);
  expect(systemError(new Error("ENOSPC"))).toBeUndefined();
});
