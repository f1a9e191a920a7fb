/** Kubeflow Model Registry in an environment: database, clients, UI. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
const existing = { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["model-registry"] };

function resolved(server: object, more: object = {}, name = "main") {
  return createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { models: existing },
    kubeflowModelRegistry: { servers: { [name]: { database: "models", ...server } } },
    ...more,
  } as never);
}

const problems = (result: ReturnType<typeof resolved>) => (result.ok ? [] : result.problems.map(({ id, path }) => [id, path]));

const manifest = (result: ReturnType<typeof resolved>, id: string) =>
  unwrap(result).release.objects.find((object) => object.id === id)?.manifest ?? {};

const CONTAINER = ["spec", "template", "spec", "containers", 0];

test("a name that no Service may have is refused", () => {
  expect(problems(resolved({}, {}, "1st"))).toEqual([["kubeflow-model-registry.server-name", "kubeflowModelRegistry.servers.1st"]]);
});

test("no argument has the password, whatever the database", () => {
  for (const engine of ["postgres", "mysql"]) {
    const deployment = manifest(resolved({}, { databases: { models: { ...existing, engine } } }), "apps/Deployment/model-registry/main");

    const args = JSON.stringify(valueAt(deployment, [...CONTAINER, "args"]));
    expect(args).toContain(`--embedmd-database-type=${engine}`);
    expect(args).not.toContain("PASSWORD");
  }
});

test("the variables before the URI of MySQL are those that Kubernetes puts into it", () => {
  const deployment = manifest(
    resolved({}, { databases: { models: { ...existing, engine: "mysql" } } }),
    "apps/Deployment/model-registry/main",
  );

  const names = (valueAt(deployment, [...CONTAINER, "env"]) as { name: string }[]).map(({ name }) => name);
  expect(names.indexOf("DATABASE_PASSWORD")).toBeLessThan(names.indexOf("MR_EMBEDMD_DATABASE_DSN"));
});

test("the UI finds the server by label and port of its Service, and asks about users only", () => {
  const result = resolved({ ui: { users: ["ada@example.com"], groups: ["ml"] } });

  const service = manifest(result, "core/Service/model-registry/main");
  expect(valueAt(service, ["metadata", "labels"])).toMatchObject({ component: "model-registry" });
  expect(valueAt(service, ["spec", "ports", 0, "name"])).toBe("http-api");
  const binding = manifest(result, "rbac.authorization.k8s.io/RoleBinding/model-registry/main-ui-users");
  expect(valueAt(binding, ["subjects"])).toMatchObject([
    { kind: "User", name: "ada@example.com" },
    { kind: "Group", name: "ml" },
  ]);
  expect(valueAt(manifest(result, "core/Service/model-registry/main-ui"), ["metadata", "labels"])).not.toHaveProperty("component");
});

test("a Ray job that names the registry gets the variables of Kubeflow's storage initializer, and the way there", () => {
  const ray = { jobs: { train: { entrypoint: "python train.py", modelRegistry: "main", workers: { cpu: {} } } } };
  const { release } = unwrap(resolved({}, { ray }));

  const job = release.objects.find(({ manifest: { kind } }) => kind === "RayJob");
  const path = ["spec", "rayClusterSpec", "headGroupSpec", "template", "spec", "containers", 0, "env"];
  expect(valueAt(job?.manifest ?? {}, path)).toContainEqual({ name: "MODEL_REGISTRY_BASE_URL", value: "main.model-registry.svc:8080" });
  const policies = release.objects
    .filter(({ id }) => id.includes("to-registry.main"))
    .map(({ manifest: { metadata } }) => metadata.namespace);
  expect(policies.sort()).toEqual(["model-registry", "ray"]);
});

test("production refuses a registry whose database is lost with its volume", () => {
  const server = { namespace: "databases", database: "models" };
  const result = resolved(server, {
    production: true,
    databases: { models: { type: "in-cluster", server: "main" } },
    cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10) } } },
  });

  expect(problems(result).map(([id]) => id)).toContain("cloudnative-pg.no-backup-in-production");
});
