/** `init`: what it writes, and what it leaves alone. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initCommand } from "#stacks/cli/commands/init";
import { FakeTerminal } from "./fake-terminal";

const start = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "Init_of-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(start);
  rmSync(folder, { recursive: true });
});

async function init(...args: string[]): Promise<FakeTerminal> {
  const terminal = new FakeTerminal();
  await initCommand(terminal)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(args, { from: "user" });
  return terminal;
}

const FILES = [
  ".github/workflows/environments.yml",
  ".gitignore",
  "Pulumi.yaml",
  "env/local.ts",
  "env/pipelines/hello.yaml",
  "index.cjs",
  "package.json",
  "tsconfig.json",
];

function files(): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

function read(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

test("writes a repository by the name given, with the versions that this package has, and says what is next", async () => {
  const { out } = await init("--name", "acme");

  expect(files()).toEqual(FILES);
  expect(JSON.parse(read("package.json"))).toMatchObject({ name: "acme", private: true, dependencies: { constructs: "10.8.1" } });
  expect(read("Pulumi.yaml")).toMatch(/^name: acme$/m);
  expect(out).toContain("npx beamstack-iac up local");
});

test("says the same as a document", async () => {
  const { out } = await init("--name", "acme", "--json");

  const { kind, name, files: made, next } = JSON.parse(out);
  expect({ kind, name, made: made.sort() }).toEqual({ kind: "Init", name: "acme", made: FILES });
  expect(next).toContain("npm run check");
});

test("completes the package.json that npm install has made, and takes its name from the folder", async () => {
  writeFileSync(join(folder, "package.json"), '{"type":"commonjs","dependencies":{"beamstack-iac":"file:x.tgz","cdk8s":"2.0.0"}}');
  await init();

  const { name, type, dependencies } = JSON.parse(read("package.json"));
  expect(name).toMatch(/^init-of-[a-z0-9-]+$/);
  expect({ type, dependencies }).toEqual({
    type: "commonjs",
    dependencies: { "beamstack-iac": "file:x.tgz", cdk8s: "2.0.0", "cdk8s-plus-28": "2.5.6", constructs: "10.8.1" },
  });
});

test("names every conflict at once and writes nothing", async () => {
  writeFileSync(join(folder, "package.json"), '{"name":"theirs","scripts":{"up":"docker compose up"}}');
  writeFileSync(join(folder, ".gitignore"), "dist\n");
  const before = files();
  const { code, err } = await init("--name", "acme");

  expect(code).toBe(2);
  expect(err.match(/init\.[a-z-]+ at \S+/g)).toEqual([
    "init.file-exists at .gitignore",
    "init.package-differs at package.json#name",
    "init.package-differs at package.json#scripts.up",
  ]);
  expect(files()).toEqual(before);
});

test("refuses a package.json that is none, and a name that no package can have", async () => {
  writeFileSync(join(folder, "package.json"), "[]");
  expect(await init()).toMatchObject({ code: 2, err: expect.stringContaining("package.json is not a JSON object") });
  await expect(init("--name", "Acme Inc")).rejects.toThrow(/lower-case letters/);
  expect(files()).toEqual(["package.json"]);
});
