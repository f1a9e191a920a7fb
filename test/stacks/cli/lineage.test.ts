/** `lineage`: both directions as text and JSON, and unknown things. */

import { lineageCommand } from "#stacks/cli/commands/lineage";
import { FakeTerminal } from "./fake-terminal";

jest.mock("#stacks/environments", () => {
  const { secretRef } = jest.requireActual("#lib/core/secret-ref");
  const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
  const environment = (name: string) => ({
    name,
    cluster: { type: "context", context: name },
    databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { registry: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
    workspaces: { alice: { editor: { type: "jupyterlab" }, token: secretRef("workspace", "token"), modelRegistry: "registry" } },
  });
  return jest.requireActual("./environments-fixture").fakeEnvironments({ dev: environment("dev"), prod: environment("prod") });
});

const lineage = async (...args: string[]): Promise<FakeTerminal> => {
  const terminal = new FakeTerminal();
  await lineageCommand(terminal).parseAsync(args, { from: "user" });
  return terminal;
};

test("shows where data comes from and where it goes, by the last part of a path", async () => {
  const { out, code } = await lineage("registry", "dev");

  expect(code).toBe(0);
  expect(out).toBe(
    [
      "mlflow.servers.registry in dev",
      "  comes from",
      "    workspaces.alice (workspaces.alice.modelRegistry)",
      "  goes to",
      "    modelStorage.models (mlflow.servers.registry.artifacts)",
      "",
    ].join("\n"),
  );
});

test("says that it knows only what the environment file names", async () => {
  const { out } = await lineage("workspaces.alice", "dev");

  expect(out).toContain("  comes from\n    nothing that the environment file names\n");
});

test("without an environment, looks at all of them; --json has both directions", async () => {
  const { out } = await lineage("workspaces.alice", "--json");

  expect(JSON.parse(out)).toMatchObject({
    kind: "Lineage",
    things: ["dev", "prod"].map((environment) => ({
      environment,
      thing: "workspaces.alice",
      upstream: [],
      downstream: [{ thing: "mlflow.servers.registry", next: [{ thing: "modelStorage.models", next: [] }] }],
    })),
  });
});

test("an unknown thing is a problem that names the nearest one", async () => {
  const { err, code } = await lineage("registri");

  expect(code).toBe(2);
  expect(err).toContain("lineage.unknown-thing");
  expect(err).toContain("did you mean registry?");
});
