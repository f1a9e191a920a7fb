/** MLflow in an environment: names, production, clients. */

import fc from "fast-check";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };

function resolved(server: object, more: object = {}, name = "main") {
  return createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { [name]: { database: "runs", artifacts: "models", authentication: { type: "none" }, ...server } } },
    ...more,
  } as never);
}

const problems = (result: ReturnType<typeof resolved>) => (result.ok ? [] : result.problems.map(({ id, path }) => [id, path]));

test("a name that no Service may have is refused", () => {
  expect(problems(resolved({}, {}, "1st"))).toEqual([["mlflow.server-name", "mlflow.servers.1st"]]);
});

test("two servers share alerts and dashboard", () => {
  const server = { database: "runs", artifacts: "models", authentication: { type: "none" } };
  const { release } = unwrap(resolved({}, { monitoring: {}, mlflow: { servers: { one: server, two: server } } }));

  expect(release.objects.filter(({ id }) => id === "monitoring.coreos.com/PrometheusRule/monitoring/mlflow")).toHaveLength(1);
});

test("a registry whose database has no backup is one problem in production, and no other is", () => {
  const users = { type: "basic", database: "users", adminPassword: secretRef("admin", "password"), sessionKey: secretRef("admin", "key") };
  const existing = { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] };
  const owner = { type: "secret", secret: "db", namespaces: ["mlflow"] };
  const inCluster = { type: "in-cluster", server: "main", owner };
  const place = fc.constantFrom("existing", "with backup", "without backup");

  fc.assert(
    fc.property(fc.boolean(), place, (production, where) => {
      const cluster = { instances: 3, storage: Size.gibibytes(10), ...(where === "with backup" && { backup: { bucket: "models" } }) };
      const databases = { runs: where === "existing" ? existing : inCluster, users: { ...existing, database: "people" } };
      const more = {
        ...{ production, certManager: { replicas: 2 }, databases },
        ...(where !== "existing" && { cloudnativePg: { operator: { replicas: 2 }, clusters: { main: cluster } } }),
      };
      const found = problems(resolved({ authentication: users, replicas: 2 }, more));
      expect(found).toEqual(
        production && where === "without backup" ? [["cloudnative-pg.no-backup-in-production", "cloudnativePg.clusters.main.backup"]] : [],
      );
    }),
    { numRuns: 12 },
  );
});

test("production wants users", () => {
  expect(problems(resolved({}, { production: true }))).toContainEqual(["mlflow.open-in-production", "mlflow.servers.main.authentication"]);
});

test("a Ray job that names the registry gets its address and the way there, after the server", () => {
  const ray = { jobs: { train: { entrypoint: "python train.py", modelRegistry: "main", workers: { cpu: {} } } } };
  const { release } = unwrap(resolved({}, { ray }));

  const job = release.objects.find(({ manifest }) => manifest.kind === "RayJob");
  const path = ["spec", "rayClusterSpec", "headGroupSpec", "template", "spec", "containers", 0, "env"];
  expect(valueAt(job?.manifest ?? {}, path)).toContainEqual({ name: "MLFLOW_TRACKING_URI", value: "http://main.mlflow.svc:5000" });
  const policies = release.objects.filter(({ id }) => id.includes("to-registry.main")).map(({ manifest }) => manifest.metadata.namespace);
  expect(policies.sort()).toEqual(["mlflow", "ray"]);
  // The job waits for its account, and that for the server.
  const account = valueAt(job?.manifest ?? {}, ["spec", "rayClusterSpec", "headGroupSpec", "template", "spec", "serviceAccountName"]);
  const edge = { from: `core/ServiceAccount/ray/${String(account)}`, to: "apps/Deployment/mlflow/main" };
  expect(release.edges).toContainEqual(expect.objectContaining(edge));
});

test("a migration waits for a backup of each server whose databases it changes", () => {
  const owner = { type: "secret", secret: "db", namespaces: ["mlflow"] };
  const cluster = { storage: Size.gibibytes(10), backup: { bucket: "models" } };
  const users = { type: "basic", database: "users", adminPassword: secretRef("admin", "password"), sessionKey: secretRef("admin", "key") };
  const waitsFor = (server: string) => {
    const databases = { runs: { type: "in-cluster", server: "main", owner }, users: { type: "in-cluster", server, owner } };
    const more = { certManager: {}, databases, cloudnativePg: { clusters: { main: cluster, people: cluster } } };
    const { edges } = unwrap(resolved({ authentication: users }, more)).release;
    return edges.filter(({ from, to }) => from.startsWith("batch/Job/mlflow/main-migrate-") && to.includes("/Backup/")).map(({ to }) => to);
  };

  expect(waitsFor("main")).toEqual([expect.stringMatching(/^postgresql\.cnpg\.io\/Backup\/databases\/main-main-before-[0-9a-f]{8}$/)]);
  expect(waitsFor("people")).toHaveLength(2);
});

test("another image, database or permission migrates by another Job, as Jobs cannot change; anything else by the same", () => {
  const users = { type: "basic", database: "users", adminPassword: secretRef("admin", "password"), sessionKey: secretRef("admin", "key") };
  const existing = { type: "existing", engine: "postgres", user, namespaces: ["mlflow"] };
  const databases = (host: string) => ({ runs: { ...existing, host }, users: { ...existing, host, database: "people" } });
  const job = (server: object, more: object = {}) =>
    unwrap(resolved({ authentication: users, ...server }, { databases: databases("db.example.com"), ...more }))
      .release.objects.map(({ id }) => id)
      .find((id) => id.startsWith("batch/Job/"));

  const usual = job({});
  expect(job({ replicas: 3, workers: 4, allowedHosts: ["mlflow.example.com"] })).toBe(usual);
  expect(job({ authentication: { ...users, defaultPermission: "EDIT" } })).not.toBe(usual);
  expect(job({}, { databases: databases("other.example.com") })).not.toBe(usual);
  expect(job({}, { imageRegistry: "registry.example.com" })).not.toBe(usual);
});
