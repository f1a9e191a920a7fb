/** Inputs of a Helm release and the arguments they become. */

import fc from "fast-check";
import type { JsonValue } from "#lib/core/json";
import {
  completedInputs,
  leavesVersionOpen,
  merged,
  ownedArguments,
  uninstallArguments,
  upgradeArguments,
  versionArguments,
} from "#stacks/plugins/kubernetes/helm/release-inputs";

const DEFAULTS = { name: "web-1234", namespace: "team" };

describe("inputs of a Release", () => {
  it("get name, namespace, the official five minutes, and what the official provider writes where nothing is said", async () => {
    const inputs = await completedInputs(
      { chart: "c", compat: "true", atomic: true, status: {}, repositoryOpts: { repo: "https://charts.example.com" } },
      DEFAULTS,
    );

    expect(inputs).toMatchObject({ chart: "c", name: "web-1234", namespace: "team", timeout: 300, values: {}, atomic: true, lint: false });
    expect(inputs).toMatchObject({ description: "", repositoryOpts: { repo: "https://charts.example.com", password: "" } });
    for (const input of ["compat", "status", "takeOwnership"]) expect(inputs).not.toHaveProperty(input);
  });

  it("leave the version to the chart where they name a range, none, or a chart on disk", () => {
    const remote = { chart: "c", repositoryOpts: { repo: "https://charts.example.com" } };

    expect(leavesVersionOpen({ ...remote, version: "v1.2.3-rc.1" })).toBe(false);
    expect(leavesVersionOpen({ ...remote, version: "1.x" })).toBe(true);
    expect(leavesVersionOpen({ chart: __dirname, version: "1.2.3" })).toBe(true);
    expect(leavesVersionOpen(remote)).toBe(true);
    expect(versionArguments({ ...remote, version: "1.x", devel: true }, { chart: "c", options: ["--repo=r"] }).join(" ")).toBe(
      "show chart --devel --version=1.x --repo=r -- c",
    );
  });

  it("take values of files below their own values", async () => {
    const text = (yaml: string) => ({ text: yaml });

    const inputs = await completedInputs(
      { chart: "c", values: { a: { own: 1 } }, valueYamlFiles: [text("a: {own: 0, file: 1}\nb: 1"), text("b: 2")], skipAwait: true },
      DEFAULTS,
    );

    expect(inputs["values"]).toEqual({ a: { own: 1, file: 1 }, b: 2 });
    expect(inputs["timeout"]).toBe(0);
  });

  it("are refused where only the official provider can honour them", async () => {
    await expect(completedInputs({ chart: "c", replace: true, lint: true }, DEFAULTS)).rejects.toThrow(
      "lint, replace of a Release is not supported",
    );
  });
});

describe("arguments of helm", () => {
  const inputs = {
    chart: "--evil",
    name: "r",
    namespace: "n",
    version: "1.2.3",
    atomic: true,
    forceUpdate: true,
    createNamespace: true,
    waitForJobs: true,
    timeout: 60,
  };
  const helm3 = { version: { major: 3, minor: 20 }, source: { chart: "--evil", options: ["--repo=r"] }, valuesFile: "v.yaml", owner: "o" };

  it("say all that the inputs say, and end before user text can be taken for a flag", () => {
    const args = upgradeArguments(inputs, helm3);

    expect(args.join(" ")).toBe(
      "upgrade --install --namespace n --values v.yaml --history-max 0 --labels pulumi-resource=o --create-namespace --atomic --force " +
        "--wait --wait-for-jobs --timeout 60s --version=1.2.3 --repo=r -- r --evil",
    );
  });

  it("look for a release by its owner, where helm has labels", () => {
    const release = { name: "a.b", namespace: "n" };

    expect(ownedArguments(release, { version: { major: 3, minor: 12 }, owner: "o" })).toBeUndefined();
    expect(upgradeArguments(inputs, { ...helm3, version: { major: 3, minor: 12 } })).not.toContain("--labels");
    expect(ownedArguments(release, helm3)?.join(" ")).toBe(
      "list --namespace n --all --selector=pulumi-resource=o --filter=^a\\.b$ -o json",
    );
    expect(ownedArguments(release, { version: { major: 4, minor: 0 }, owner: "o" })).not.toContain("--all");
  });

  it("use the names of helm 4 there", () => {
    const args = upgradeArguments(inputs, { ...helm3, version: { major: 4, minor: 0 } });

    expect(args).toEqual(expect.arrayContaining(["--rollback-on-failure", "--force-replace"]));
    expect(args).not.toContain("--atomic");
  });

  it("do not wait where skipAwait says so, unless the release is atomic and goes", () => {
    expect(upgradeArguments({ ...inputs, skipAwait: true }, helm3)).not.toContain("--wait");
    expect(uninstallArguments({ name: "r", namespace: "n", skipAwait: true })).toEqual(["uninstall", "--namespace", "n", "--", "r"]);
    expect(uninstallArguments({ name: "r", namespace: "n", skipAwait: true, atomic: true })).toContain("--wait");
  });
});

describe("merging values", () => {
  it("keeps everything of the second, and what only the first has", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(object, object, (a, b) => {
        const result = merged(a as JsonValue, b as JsonValue) as Record<string, JsonValue>;
        for (const key of Object.keys(a)) if (!Object.hasOwn(b, key)) expect(result[key]).toEqual(a[key]);
        expect(merged(result, b as JsonValue)).toEqual(result);
      }),
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
