/** The examples, each with the tarball installed: a company's wrapper with a component of its own, and a Pulumi program of mixed resources. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeControlPlane } from "#stacks/local/control-plane/stop";
import { ROOT } from "../fixtures/command";
import { call, compiled, installed, packed } from "../fixtures/installed";

const tarball = packed();
const home = mkdtempSync(join(tmpdir(), "home-"));
const env = { ...process.env, BEAMSTACK_IAC_HOME: home, KUBECONFIG: "/absent" };
afterAll(async () => {
  await removeControlPlane("local", home);
  rmSync(home, { recursive: true, force: true });
});

describe("a company's platform", () => {
  const folder = installed(tarball, "company");
  const command = (...args: string[]): string => call(folder, "npx", ["beamstack-iac", ...args], env);

  test("takes fewer than sixty lines", () => {
    const lines = ["platform.ts", "gitea.ts"].map(
      (file) => readFileSync(join(ROOT, "examples/company", file), "utf8").split("\n").length - 1,
    );

    expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(60);
  });

  test("compiles; a pool that the environment does not declare does not, nor does a default of the wrong type", () => {
    const files = ["env/local.ts", "platform.ts"].map((file) => join(folder, file));
    const texts = files.map((file) => readFileSync(file, "utf8"));
    expect(compiled(folder)).toBe("");
    for (const [i, wrong] of [['pool: "cpu"', 'pool: "cqu"'] as const, ["replicas: 2", 'replicas: "two"'] as const].entries())
      writeFileSync(files[i] ?? "", (texts[i] ?? "").replace(wrong[0], wrong[1]));

    expect(compiled(folder).split("\n").filter(Boolean)).toEqual([
      expect.stringMatching(/^env\/local\.ts.*Type '"cqu"' is not assignable to type '"cpu"'/),
      expect.stringMatching(/^platform\.ts.*Type 'string' is not assignable to type 'number'/),
    ]);

    for (const [i, file] of files.entries()) writeFileSync(file, texts[i] ?? "");
  });

  test("has its component, defaults and patch in the release, and validate shows the patch", () => {
    expect(command("validate")).toBe("deviation core/Namespace/gitea: costs are counted by this label\nlocal: valid\n");
    command("synth", "local", "--out", "gitops");
    const tree = (path: string): string => readFileSync(join(folder, "gitops", path), "utf8");

    expect(tree("00-namespaces/cluster/namespace.gitea.yaml")).toContain("acme.example/cost-centre: tools");
    expect(call(join(folder, "gitops"), "grep", ["-rl", "docker.gitea.com/gitea:1.24.6-rootless", "."])).toContain(
      "statefulset.gitea.yaml",
    );
    expect(tree("30-operators/cert-manager/deployment.cert-manager.yaml")).toContain('\\"replicaCount\\":2');
  });

  test("is what up applies and destroy removes", () => {
    expect(command("up", "local", "--yes")).toContain("local is up");
    expect(JSON.parse(command("status", "local", "--all", "--json")).stages[0].objects.map(({ id }: { id: string }) => id)).toContain(
      "apps/StatefulSet/gitea/gitea",
    );
    expect(command("destroy", "local", "--yes")).toContain("local destroyed");
  });
});

describe("a mixed Pulumi program", () => {
  const folder = installed(tarball, "mixed");

  test("compiles", () => {
    expect(compiled(folder)).toBe("");
  });

  test("applies an environment, a release from constructs and resources of its own, and destroys them all", () => {
    call(folder, "npx", ["beamstack-iac", "local", "start", "local"], env);
    const {
      apiVersion: _,
      kind: __,
      ...variables
    } = JSON.parse(call(folder, "npx", ["beamstack-iac", "local", "env", "local", "--json"], env));
    const pulumi = (...args: string[]): string => call(folder, "pulumi", [...args, "--non-interactive"], { ...env, ...variables });
    pulumi("stack", "init", "local");
    pulumi("up", "--yes", "--skip-preview");

    const names = JSON.parse(pulumi("stack", "export")).deployment.resources.map(({ urn }: { urn: string }) =>
      urn.split("::").slice(2).join("::"),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^beamstack-iac:index:Beamstack\$kubernetes:apps\/v1:Deployment::apps\/Deployment\/cert-manager\//),
        "kubernetes:core/v1:Namespace::core/Namespace/tools",
        "kubernetes:core/v1:ConfigMap::platform",
      ]),
    );
    expect(pulumi("destroy", "--yes", "--skip-preview")).toMatch(/deleted/);
  });
});
