import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LanguageHost, locateLanguageHost, shimFolder } from "#stacks/plugins/locate";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "locate-"));
  program("engine/pulumi");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function program(path: string): string {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), "", { mode: 0o755 });
  return join(folder, path);
}

function located(env: Record<string, string> = {}): LanguageHost["by"] {
  return locateLanguageHost({ engine: join(folder, "engine/pulumi"), env }).by;
}

test("takes ours where nothing official is installed", () => {
  expect(located()).toBe("ours");
});

test("takes the official one on PATH, unless Pulumi is told to pass over PATH", () => {
  program("bin/pulumi-language-nodejs");

  expect(located({ PATH: join(folder, "bin") })).toBe("PATH");
  expect(located({ PATH: join(folder, "bin"), PULUMI_IGNORE_AMBIENT_PLUGINS: "1" })).toBe("ours");
});

test("takes the official one beside the engine", () => {
  program("engine/pulumi-language-nodejs");

  expect(located()).toBe("engine");
});

test("writes a start script for ours, which becomes the plugin itself", () => {
  const script = join(String(shimFolder({ by: "ours", path: "/it's/main.js" }, folder)), "pulumi-language-nodejs");

  expect(readFileSync(script, "utf8")).toBe(`#!/bin/sh\nexec '${process.execPath}' '/it'\\''s/main.js' "$@"\n`);
  expect(statSync(script).mode & 0o111).toBe(0o111);
});

test("writes nothing where it is official", () => {
  expect(shimFolder({ by: "engine", path: "/x" }, folder)).toBeUndefined();
  expect(existsSync(join(folder, "plugins"))).toBe(false);
});
