import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PRODUCTS } from "#stacks/import/sources";
import { packageRoot } from "#stacks/local/files";
import { PARTS, VERSION_STAMPS } from "#stacks/local/toolchain/parts";
import { moduleRecipe } from "#stacks/local/toolchain/recipe";
import { accepts } from "#stacks/local/toolchain/versions";

function goMod(module: string): string {
  return readFileSync(join(packageRoot(), "stacks/local/toolchain/modules", module, "go.mod"), "utf8");
}

/** Parts whose `main` is upstream's own. */
const UPSTREAM = PARTS.filter(({ goPackage }) => goPackage !== ".").map((part) => [part.name, part] as const);

test.each(UPSTREAM)("%s is built from the version that its module pins", (_name, part) => {
  const pins = [...goMod(part.module).matchAll(/^\t(\S+) v(\S+)/gm)].filter(
    ([, path]) => part.goPackage === path || part.goPackage.startsWith(`${path}/`),
  );
  const longest = pins.sort(([, a], [, b]) => (b?.length ?? 0) - (a?.length ?? 0))[0];

  expect(longest?.[2]).toBe(part.version);
});

test.each(UPSTREAM)("%s is named as a tool of its module", (_name, { module, goPackage }) => {
  expect(goMod(module)).toMatch(new RegExp(`^(tool |\\t)${goPackage}$`, "m"));
});

test.each(PARTS.map((part) => [part.name, part] as const))("%s accepts what we would build", (_name, part) => {
  expect(accepts(part.accepts, part.version)).toBe(true);
});

test("the Kubernetes provider says the version of the commit that its module pins", () => {
  // The proxy serves the tag v4.25.0 under the pseudo-version of its commit only.
  expect(goMod("kubernetes-provider")).toContain("github.com/pulumi/pulumi-kubernetes/provider/v4 v4.0.0-20260115033456-f47bc2d6f199");
  expect(VERSION_STAMPS["kubernetes-provider"]).toEqual(["github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=4.25.0"]);
  expect(PARTS.find(({ module }) => module === "kubernetes-provider")?.version).toBe("4.25.0");
});

test("the Stage CRD that the control plane is given is the one of the kwok that reads it", () => {
  expect(PRODUCTS.find(({ product }) => product === "kwok")?.version).toBe(PARTS.find(({ name }) => name === "kwok")?.version);
});

test("version stamps say the pinned versions", () => {
  const stamps = Object.values(VERSION_STAMPS).flat();
  const [engine, server] = ["pulumi", "kube-apiserver"].map((name) => PARTS.find((part) => part.name === name)?.version);

  expect(stamps).toContain(`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engine}`);
  expect(stamps).toContain(`k8s.io/component-base/version.gitVersion=v${server}`);
});

test("a recipe needs the Go that its module names, and has a cache folder of its own", () => {
  const recipes = (["pulumi", "kubernetes", "etcd", "kwok"] as const).map(moduleRecipe);

  expect(recipes.map(({ go }) => go)).toEqual(["1.25.11", "1.24.0", "1.25.0", "1.24.0"]);
  expect(new Set(recipes.map(({ cache }) => cache)).size).toBe(4);
  expect(moduleRecipe("etcd")).toEqual(recipes[2]);
});
