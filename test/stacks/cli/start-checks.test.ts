import { ConfigError } from "#lib/core/problem";
import { type Core, coreSchema } from "#lib/environment/spec";
import { requireStart } from "#stacks/cli/start-checks";
import { releaseWith } from "../../lib/release/fixture";

const CORE: Core = {
  ...coreSchema.parse({ name: "acme", cluster: { type: "context", context: "nowhere", kubeconfig: "/absent" } }),
  operators: "helm",
};

test("the passphrase and the kubeconfig are asked for in one message", async () => {
  jest.replaceProperty(process, "env", { PULUMI_BACKEND_URL: "file:///x" });
  const thrown = await requireStart(CORE, releaseWith([]), false).catch((error: unknown) => error);

  expect(thrown instanceof ConfigError ? thrown.problems.map(({ id }) => id) : thrown).toEqual([
    "engine.no-passphrase",
    "cluster.no-access",
  ]);
});

test("what is missing in nobody's cluster stops no embedded environment", async () => {
  const embedded: Core = { ...CORE, cluster: { type: "embedded" } };

  await expect(requireStart(embedded, releaseWith([]), false)).resolves.toBeUndefined();
});
