/** Stores of secrets in an environment. */

import { App, Chart } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { ExternalSecretStore } from "#lib/components/external-secrets/index";
import { externalSecretsPin } from "#lib/components/external-secrets/pin";
import { catalog } from "#lib/components/registry";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { problemsOf } from "#lib/kube/problems";

const base = { name: "test", cluster: { type: "context", context: "test" } };
const vault = { type: "vault", server: "https://vault.example.com", role: "beamstack" };

test("a database whose password is in a store gets it, and nobody has to create a Secret", () => {
  const owner = { type: "store", password: { type: "stored-secret", store: "vault", key: "databases/vectors", property: "password" } };
  const result = createPlatform({ sections: catalog }).resolve({
    ...base,
    externalSecrets: { stores: { vault } },
    cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10) } } },
    databases: { vectors: { type: "in-cluster", server: "main", owner } },
  } as never);

  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { objects, requires, edges } = result.value.release;
  const external = objects.find(({ manifest }) => manifest.kind === "ExternalSecret");
  expect(external?.manifest).toMatchObject({
    metadata: { name: "database-main-vectors", namespace: "databases" },
    spec: {
      secretStoreRef: { kind: "SecretStore", name: "vault" },
      target: { template: { type: "kubernetes.io/basic-auth", data: { username: "vectors", password: "{{ .password }}" } } },
      data: [{ secretKey: "password", remoteRef: { key: "databases/vectors", property: "password" } }],
    },
  });
  expect(requires.filter(({ type, name }) => type === "secret" && name.startsWith("database-"))).toEqual([]);
  const role = objects.find(({ manifest }) => manifest.kind === "DatabaseRole");
  expect(edges.some(({ from, to }) => [from, to].sort().join() === [external?.id ?? "", role?.id ?? ""].sort().join())).toBe(true);
});

test("a store of the cluster is read with a ServiceAccount that may read the named Secrets only", () => {
  const chart = new Chart(new App(), "chart");
  const place = { name: "central", operator: { pods: pods("external-secrets") } };
  const store = new ExternalSecretStore(chart, "Store", { type: "kubernetes", namespace: "vault", ...place });

  store.provide({ name: "token", namespace: "feast", values: { token: { key: "tokens", property: "feast" } } });

  const role = chart.toJson().find(({ kind }) => kind === "Role");
  expect(role).toMatchObject({
    metadata: { namespace: "vault" },
    rules: [{ resources: ["secrets"], verbs: ["get"], resourceNames: ["tokens"] }],
  });
});

test("a store of the cluster comes after the rights to read it: without any, the operator calls it failed", () => {
  const password = (key: string) => ({ type: "stored-secret", store: "central", key, property: "password" });
  const database = (key: string) => ({ type: "in-cluster", server: "main", owner: { type: "store", password: password(key) } });
  const result = createPlatform({ sections: catalog }).resolve({
    ...base,
    namespaces: { vault: {} },
    externalSecrets: { stores: { central: { type: "kubernetes", namespace: "vault" } } },
    cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10) } } },
    databases: { vectors: database("vectors"), tracking: database("tracking") },
  } as never);

  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const levels = (kind: string, namespace: string) =>
    result.value.release.objects
      .filter(({ manifest }) => manifest.kind === kind && manifest.metadata.namespace === namespace)
      .map(({ level }) => level);
  const [store = 0, ...others] = levels("SecretStore", "databases");
  expect([others, levels("RoleBinding", "vault").filter((level) => level < store)]).toEqual([[], levels("RoleBinding", "vault")]);
  expect(levels("RoleBinding", "vault")).toHaveLength(2);
});

test("refuses one Secret with two contents, and warns of a store that nothing reads", () => {
  const chart = new Chart(new App(), "chart");
  const place = { name: "central", operator: { pods: pods("external-secrets") } };
  const store = new ExternalSecretStore(chart, "Store", { type: "kubernetes", namespace: "vault", ...place });
  const ask = { name: "token", namespace: "feast" };
  store.provide({ ...ask, values: { token: { key: "a" } } });
  store.provide({ ...ask, values: { token: { key: "a" } } });
  expect(problemsOf(store)).toEqual([]);

  store.provide({ ...ask, values: { token: { key: "b" } } });
  const unused = createPlatform({ sections: catalog }).resolve({ ...base, externalSecrets: { stores: { vault } } } as never);

  expect(problemsOf(store).map(({ id }) => id)).toEqual(["external-secrets.secret-twice"]);
  expect(unused.ok && unused.warnings.map(({ id, path }) => [id, path])).toEqual([
    ["external-secrets.unused", "externalSecrets.stores.vault"],
  ]);
});

test("refuses webhooks in the host's network", () => {
  const result = createPlatform({ sections: catalog }).resolve({ ...base, network: { webhooks: "host" }, externalSecrets: {} } as never);

  expect(!result.ok && result.problems.map(({ id }) => id)).toEqual(["external-secrets.webhook-on-host"]);
});

test("keys of a Secret are those of its data, and unknown where it takes whole entries", () => {
  const keysOf = externalSecretsPin.kinds[1].secretKeysOf;
  const spec = { data: [{ secretKey: "password" }] };
  const object = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", metadata: { name: "login" }, spec };

  expect(keysOf(object)).toEqual(["password"]);
  expect(keysOf({ ...object, spec: { ...spec, dataFrom: [{ extract: { key: "login" } }] } })).toBeUndefined();
});
