import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedPackages } from "#stacks/plugins/nodejs/packages";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "packages-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function manifest(folder: string, content: object): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "package.json"), JSON.stringify(content));
}

test("finds the plugin of a package that calls itself a resource provider, with a leading v", () => {
  manifest("", { dependencies: { "@pulumi/kubernetes": "4" } });
  manifest("node_modules/@pulumi/kubernetes", { version: "4.34.2", pulumi: { resource: true, server: "https://example.org" } });

  expect(installedPackages(join(root, "stacks"), false)).toEqual([
    {
      name: "@pulumi/kubernetes",
      version: "4.34.2",
      plugin: { name: "kubernetes", version: "v4.34.2", server: "https://example.org" },
    },
  ]);
});

test("takes name and version of the pulumi section before those of the package", () => {
  manifest("", { devDependencies: { "@acme/x": "1" } });
  manifest("node_modules/@acme/x", { version: "1.0.0", pulumi: { resource: true, name: "acme", version: "v2.0.0" } });

  expect(installedPackages(root, false)[0]?.plugin).toEqual({ name: "acme", version: "v2.0.0", server: "" });
});

test("drops only the @ of a scope that is not Pulumi's", () => {
  manifest("", { dependencies: { "@acme/x": "1" } });
  manifest("node_modules/@acme/x", { version: "1.0.0", pulumi: { resource: true } });

  expect(installedPackages(root, false)[0]?.plugin?.name).toBe("acme/x");
});

test("follows dependencies of dependencies only when asked, and each once", () => {
  manifest("", { dependencies: { a: "1", b: "1" } });
  manifest("node_modules/a", { version: "1.0.0", dependencies: { c: "1", b: "1" } });
  manifest("node_modules/b", { version: "1.0.0", dependencies: { a: "1" } });
  manifest("node_modules/a/node_modules/c", { version: "2.0.0" });

  const names = (transitive: boolean) => installedPackages(root, transitive).map(({ name }) => name);

  expect(names(false)).toEqual(["a", "b"]);
  expect(names(true)).toEqual(["a", "b", "c"]);
});

test("passes over a package that is not installed", () => {
  manifest("", { dependencies: { a: "1" } });

  expect(installedPackages(root, true)).toEqual([]);
});
