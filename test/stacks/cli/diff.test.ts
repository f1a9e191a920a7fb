import { diffCommand } from "#stacks/cli/commands/diff";
import { FakeTerminal } from "./fake-terminal";

jest.mock("#stacks/environments", () => {
  const { Size } = jest.requireActual("#lib/core/size");
  return jest.requireActual("./environments-fixture").fakeEnvironments({
    small: { name: "small", cluster: { type: "context", context: "a" }, certManager: {} },
    one: {
      name: "one",
      cluster: { type: "context", context: "a" },
      flink: { operator: { replicas: 1 }, clusters: { main: { logging: { level: "INFO" } } } },
    },
    two: {
      name: "two",
      cluster: { type: "context", context: "a" },
      flink: { operator: { replicas: 2 }, clusters: { main: { logging: { level: "WARN" } } } },
    },
    "volume-50": { name: "volume-50", cluster: { type: "context", context: "a" }, monitoring: { storage: { size: Size.gibibytes(50) } } },
    "volume-200": {
      name: "volume-200",
      cluster: { type: "context", context: "a" },
      monitoring: { storage: { size: Size.gibibytes(200) } },
    },
    large: { name: "large", cluster: { type: "context", context: "b" }, certManager: { replicas: 3, selfSignedIssuer: "other" } },
  });
});

const diff = async (...args: string[]): Promise<FakeTerminal> => {
  const terminal = new FakeTerminal();
  await diffCommand(terminal).parseAsync(args, { from: "user" });
  return terminal;
};

test("an environment does not differ from itself", async () => {
  const { out, code } = await diff("small", "small");

  expect(code).toBe(0);
  expect(out).toMatch(/^0 entries only in small, 0 only in small, 0 differ, \d+ the same$/m);
});

test("shows what only one has and the fields that differ, with the setting that asked for each", async () => {
  const { out } = await diff("small", "large");

  expect(out).toContain("- cert-manager.io/ClusterIssuer/beamstack-selfsigned  only in small: certManager (stacks/env/small.ts)");
  expect(out).toContain("+ cert-manager.io/ClusterIssuer/other  only in large: certManager (stacks/env/large.ts)");
  expect(out).toContain("~ helm/Release/cert-manager/cert-manager  certManager (stacks/env/small.ts, stacks/env/large.ts)");
  expect(out).toContain("    values.replicaCount: 1 -> 3");
  expect(out).toContain("    values.podDisruptionBudget: (absent) -> ");
  expect(out).not.toContain("beamstack-iac/environment");
});

test("--json has the same, field by field", async () => {
  const { out } = await diff("small", "large", "--json");

  const document = JSON.parse(out);
  expect(document).toMatchObject({ kind: "Diff", left: "small", right: "large" });
  expect(document.changed[0].fields).toContainEqual({ path: "values.replicaCount", left: 1, right: 3 });
});

test("a text of several lines is compared line by line", async () => {
  const { out } = await diff("one", "two");

  expect(out).toMatch(/spec\.logConfiguration\."[^"]+":\n( {6}[-+] .+\n)+/);
  expect(out).toContain("values.replicas: 1 -> 2");
});

test("warns that a volume that exists keeps its size, with the steps", async () => {
  const { err } = await diff("volume-50", "volume-200");

  expect(err).toContain("release.claim-keeps-its-size at monitoring");
  expect(err).toContain(
    "kubectl -n monitoring patch pvc prometheus-kube-prometheus-stack-prometheus-db-prometheus-kube-prometheus-stack-prometheus-0",
  );
  expect((await diff("volume-200", "volume-50")).err).toContain("for less, move the data");
  expect((await diff("volume-50", "volume-50")).err).toBe("");
});
