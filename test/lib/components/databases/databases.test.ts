/** Databases outside of the cluster. */

import { App } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { ExistingDatabase } from "#lib/components/databases/index";
import { catalog } from "#lib/components/registry";
import { secretRef } from "#lib/core/secret-ref";
import { provideSecret } from "#lib/kube/secret-store";
import { FakeSecretStore } from "./fake-store";

test("a password of a store becomes a Secret in the namespace of each client, once", () => {
  const store = new FakeSecretStore("vault");
  const database = new ExistingDatabase(new App(), "Database", {
    type: "existing",
    name: "tracking",
    engine: "mysql",
    host: "db.example.com",
    user: { type: "store", username: "mlflow", password: { type: "stored-secret", store, key: "prod/db", property: "password" } },
  });

  const access = [database.enter("mlflow"), database.enter("mlflow"), database.enter("feast")];

  expect(store.asks).toEqual(
    ["mlflow", "feast"].map((namespace) => ({
      name: "database-tracking",
      namespace,
      values: { password: { key: "prod/db", property: "password" } },
      plain: { username: "mlflow" },
    })),
  );
  expect(access[0]).toBe(access[1]);
  expect(access[2]).toMatchObject({ password: secretRef("database-tracking", "password"), dependency: store });
});

test("a component takes a Secret that exists, or asks the store for it", () => {
  const store = new FakeSecretStore("vault");
  const place = { ...secretRef("grafana-admin", "password"), namespace: "monitoring" };

  expect(provideSecret(secretRef("own", "key"), place)).toEqual({ ref: secretRef("own", "key") });
  expect(provideSecret({ type: "stored-secret", store, key: "grafana", property: undefined }, place)).toEqual({
    ref: secretRef("grafana-admin", "password"),
    dependency: store,
  });
  expect(store.asks).toEqual([{ name: "grafana-admin", namespace: "monitoring", values: { password: { key: "grafana" } } }]);
});

test("warns of a database that nothing uses", () => {
  const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
  const result = createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { features: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["feast"] } },
  } as never);

  expect(result.ok && result.warnings.map(({ id, path }) => [id, path])).toEqual([["databases.unused", "databases.features"]]);
});
