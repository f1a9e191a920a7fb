import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot, privateFolder, readIfThere, writePrivate } from "#stacks/local/files";

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

test("a missing file reads as nothing, an unreadable one is an error", () => {
  expect(readIfThere(join(home, "missing"))).toBeUndefined();
  expect(() => readIfThere(home)).toThrow(/EISDIR/);
});
