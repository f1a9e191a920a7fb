/** Feast in an environment: names, files, production, secrets, clients. */

import fc from "fast-check";
import { parse } from "yaml";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import type { Release } from "#lib/release/release";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
const database = { type: "database", database: "features" };
const STORE = { registry: database, online: database, offline: { type: "bucket", bucket: "features" } };

function resolved(store: object, more: object = {}, name = "people", files: Readonly<Record<string, string>> = {}) {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { features: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["feast"] } },
    buckets: { features: { type: "s3", bucket: "features", region: "eu-central-1" } },
    feast: { stores: { [name]: { ...STORE, ...store } } },
    ...more,
  };
  return createPlatform({ sections: catalog }).resolve(spec as never, { files: new Map(Object.entries(files)) });
}

const problems = (result: ReturnType<typeof resolved>) => (result.ok ? [] : result.problems.map(({ id, path }) => [id, path]));
const manifest = ({ objects }: Release, id: string) => objects.find((object) => object.id === id)?.manifest;
const repository = { type: "files", files: ["features/people.py"] };

test("a name whose CronJob would be too long is refused", () => {
  expect(problems(resolved({}, {}, "a".repeat(41)))).toEqual([["feast.store-name", `feast.stores.${"a".repeat(41)}`]]);
});

test("a missing file and two of one name are one problem each", () => {
  const files = { "features/people.py": "", "other/people.py": "" };
  const at = "feast.stores.people.repository.files";

  expect(
    problems(resolved({ repository: { type: "files", files: [...Object.keys(files), "features/gone.py"] } }, {}, "people", files)),
  ).toEqual([
    ["feast.files-of-one-name", `${at}[1]`],
    ["feast.missing-file", `${at}[2]`],
  ]);
});

test("what is lost with its pod is one problem each in production, and nothing else is", () => {
  const offline = fc.constantFrom({ type: "files" }, { type: "bucket", bucket: "features" }, database);
  const registry = fc.constantFrom({ type: "ephemeral" }, { type: "bucket", bucket: "features" }, database);

  fc.assert(
    fc.property(fc.boolean(), registry, offline, fc.integer({ min: 1, max: 3 }), (production, own, features, replicas) => {
      const copies = own.type === "ephemeral" ? {} : { replicas };
      const store = { registry: own, offline: features, repository, ...copies };
      const found = problems(resolved(store, { production }, "people", { "features/people.py": "" }));
      expect(found.filter(([id]) => id?.startsWith("feast."))).toEqual([
        ...(production && features.type === "files" ? [["feast.files-in-production", "feast.stores.people.offline"]] : []),
        ...(production && own.type === "ephemeral" ? [["feast.ephemeral-registry", "feast.stores.people.registry"]] : []),
      ]);
    }),
    { numRuns: 20 },
  );
});

test("production refuses what is lost with its pod, with one problem each", () => {
  const file = { "features/people.py": "" };
  const lost = { registry: { type: "ephemeral" }, offline: { type: "files" }, repository };

  expect(problems(resolved(lost, {}, "people", file))).toEqual([]);
  expect(problems(resolved(lost, { production: true }, "people", file)).filter(([id]) => id?.startsWith("feast."))).toEqual([
    ["feast.files-in-production", "feast.stores.people.offline"],
    ["feast.ephemeral-registry", "feast.stores.people.registry"],
  ]);
});

test("the Secret of the stores has the keys that the FeatureStore names, and names of variables where secrets belong", () => {
  const { release } = unwrap(resolved({ offline: database }));
  const services = valueAt(manifest(release, "feast.dev/FeatureStore/feast/people"), ["spec", "services"]);
  const data = valueAt(manifest(release, "core/Secret/feast/people-stores"), ["data"]);

  const store = (type: string, secretKeyName: string) => ({ store: { type, secretRef: { name: "people-stores" }, secretKeyName } });
  expect(services).toMatchObject({
    onlineStore: { persistence: store("postgres", "online") },
    offlineStore: { persistence: store("postgres", "offline") },
    registry: { local: { persistence: store("sql", "registry") } },
  });
  const text = (key: string) => parse(Buffer.from(String(valueAt(data, [key])), "base64").toString());
  expect(text("online")).toEqual({
    host: "db.example.com",
    port: 5432,
    database: "features",
    user: `\${FEAST_ONLINE_USER_YAML}`,
    password: `\${FEAST_ONLINE_PASSWORD_YAML}`,
    sslmode: "verify-full",
    sslrootcert_path: "system",
    conn_type: "pool",
  });
  const password = { name: "FEAST_ONLINE_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } };
  const quoted = { name: "FEAST_ONLINE_PASSWORD_YAML", value: "'$(FEAST_ONLINE_PASSWORD)'" };
  const env = valueAt(services, ["onlineStore", "server", "env"]) as unknown[];
  // Kubernetes replaces only what stands before.
  expect(env.findIndex((each) => JSON.stringify(each) === JSON.stringify(password))).toBeLessThan(
    env.findIndex((each) => JSON.stringify(each) === JSON.stringify(quoted)),
  );
  expect(release.requires).toContainEqual(
    expect.objectContaining({ type: "secret", name: "db", namespace: "feast", keys: ["password", "user"] }),
  );
});

test("a Ray job that names the store gets the configuration of clients and the way there, after the definitions", () => {
  const ray = { jobs: { train: { entrypoint: "python train.py", featureStore: "people", workers: { cpu: {} } } } };
  const { release } = unwrap(resolved({ repository }, { ray }, "people", { "features/people.py": "x = 1\n" }));

  const job = release.objects.find(({ manifest: one }) => one.kind === "RayJob")?.manifest ?? {};
  const pod = ["spec", "rayClusterSpec", "headGroupSpec", "template", "spec"];
  const file = { name: "FEAST_FS_YAML_FILE_PATH", value: "/etc/beamstack/feature-store/feature_store.yaml" };
  expect(valueAt(job, [...pod, "containers", 0, "env"])).toContainEqual(file);
  expect(valueAt(job, [...pod, "volumes"])).toContainEqual({ name: "feature-store", configMap: { name: "people-feature-store" } });
  const text = String(valueAt(manifest(release, "core/ConfigMap/ray/people-feature-store"), ["data", "feature_store.yaml"]));
  expect(parse(text)).toMatchObject({
    registry: { registry_type: "remote", path: "feast-people-registry.feast.svc.cluster.local:80" },
    online_store: { type: "remote", path: "http://feast-people-online.feast.svc.cluster.local:80" },
  });
  const policies = release.objects.filter(({ id }) => id.includes("to-features.people")).map(({ manifest: one }) => one.metadata.namespace);
  expect(policies.sort()).toEqual(["feast", "ray"]);
  const account = String(valueAt(job, [...pod, "serviceAccountName"]));
  const apply = release.objects.find(({ id }) => id.startsWith("batch/Job/feast/people-apply-"))?.id;
  expect(release.edges).toContainEqual(expect.objectContaining({ from: `core/ServiceAccount/ray/${account}`, to: apply }));
});

test("files with definitions are mounted one by one: Feast takes the links of a ConfigMap's folder for modules in folders with dots", () => {
  const { release } = unwrap(resolved({ repository }, {}, "people", { "features/people.py": "x = 1\n" }));

  const job = release.objects.find(({ id }) => id.startsWith("batch/Job/"))?.manifest ?? {};
  expect(valueAt(job, ["spec", "template", "spec", "containers", 0, "volumeMounts"])).toContainEqual({
    mountPath: "/repository/checkout/people.py",
    name: "definitions",
    readOnly: true,
    subPath: "people.py",
  });
});

test("other definitions, stores or sizes are applied by another Job, as Jobs cannot change; anything else by the same", () => {
  const job = (store: object, text = "x = 1\n", more: object = {}) =>
    unwrap(resolved({ repository, ...store }, more, "people", { "features/people.py": text }))
      .release.objects.map(({ id }) => id)
      .find((id) => id.startsWith("batch/Job/"));

  const usual = job({});
  expect(job({ replicas: 3, ui: true, materialize: {} })).toBe(usual);
  expect(job({}, "x = 2\n")).not.toBe(usual);
  expect(job({ checkSources: false })).not.toBe(usual);
  expect(job({ cpu: 1 })).not.toBe(usual);
  expect(job({}, "x = 1\n", { imageRegistry: "registry.example.com" })).not.toBe(usual);
});
