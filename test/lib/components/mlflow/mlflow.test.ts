/** MLflow in an environment: names, production, clients. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";

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
