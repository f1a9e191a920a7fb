import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locatePlugins, type PluginChoice, shimFolder } from "#stacks/plugins/locate";

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

function located(env: Record<string, string> = {}): Record<string, PluginChoice["by"]> {
  const choices = locatePlugins({ engine: join(folder, "engine/pulumi"), env: { PULUMI_HOME: join(folder, "home"), ...env } });
  return Object.fromEntries(choices.map(({ program: name, by }) => [name, by]));
}

test("takes ours where nothing official is installed", () => {
  expect(located()).toEqual({ "pulumi-language-nodejs": "ours", "pulumi-resource-kubernetes": "ours" });
});

test("takes official ones on PATH, beside the engine and in Pulumi's plugin folder", () => {
  program("bin/pulumi-resource-kubernetes");
  program("engine/pulumi-language-nodejs");
  expect(located({ PATH: join(folder, "bin") })).toEqual({ "pulumi-language-nodejs": "engine", "pulumi-resource-kubernetes": "PATH" });

  program("home/plugins/resource-kubernetes-v4.35.1/pulumi-resource-kubernetes");
  expect(located()["pulumi-resource-kubernetes"]).toBe("plugins");
});

test.each(["v4.20.0", "v5.0.0"])("passes over an installed provider of %s, which does not fit the SDK", (version) => {
  program(`home/plugins/resource-kubernetes-${version}/pulumi-resource-kubernetes`);

  expect(located()["pulumi-resource-kubernetes"]).toBe("ours");
});

test("passes over PATH where Pulumi is told to", () => {
  program("bin/pulumi-resource-kubernetes");

  expect(located({ PATH: join(folder, "bin"), PULUMI_IGNORE_AMBIENT_PLUGINS: "1" })["pulumi-resource-kubernetes"]).toBe("ours");
});

test("writes a start script for ours only, which becomes the plugin itself", () => {
  const shims = shimFolder(
    [
      { program: "pulumi-language-nodejs", by: "ours", path: "/it's/main.js" },
      { program: "pulumi-resource-kubernetes", by: "PATH", path: "/bin/x" },
    ],
    folder,
  );

  const script = join(String(shims), "pulumi-language-nodejs");
  expect(readFileSync(script, "utf8")).toBe(`#!/bin/sh\nexec '${process.execPath}' '/it'\\''s/main.js' "$@"\n`);
  expect(statSync(script).mode & 0o111).toBe(0o111);
  expect(existsSync(join(String(shims), "pulumi-resource-kubernetes"))).toBe(false);
});

test("writes nothing where all are official", () => {
  expect(shimFolder([{ program: "pulumi-language-nodejs", by: "engine", path: "/x" }], folder)).toBeUndefined();
});
