/** PostgreSQL in an environment. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { createPlatform } from "#charts/platform";
import { PostgresCluster } from "#lib/components/cloudnative-pg/index";
import { catalog } from "#lib/components/registry";
import { longestGap } from "#lib/core/cron-gap";
import { type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { problemsOf } from "#lib/kube/problems";

const storage = Size.gibibytes(10);
const store = {
  seaweedfs: { clusters: { objects: { volume: { storage } } } },
  buckets: { backups: { type: "in-cluster", store: "objects" } },
};
const backup = { bucket: "backups" };

/** An environment resolved: its objects, and problems as id and path. */
function load(sections: object, core: object = {}) {
  const spec = { name: "test", cluster: { type: "context", context: "test" }, ...core, ...sections };
  const result = createPlatform({ sections: catalog }).resolve(spec as never);
  const objects = result.ok ? result.value.release.objects : [];
  const found = result.ok ? result.warnings : result.problems;
  const spec0 = (kind: string, path: readonly string[]): JsonValue | undefined =>
    valueAt(objects.find(({ manifest }) => manifest.kind === kind && JSON.stringify(manifest).includes("cnpg.io"))?.manifest, [
      "spec",
      ...path,
    ]);
  return { objects, at: spec0, problems: found.map(({ id, path }) => [id, path]) };
}

test("a cluster writes its backups and its log into a bucket of the environment, and tells by an alert when they stop", () => {
  const { at, objects, problems } = load({
    ...store,
    certManager: {},
    cloudnativePg: { clusters: { main: { storage, backup: { ...backup, schedule: "0 2 * * sun" } } } },
  });

  expect(problems).toEqual([]);
  expect(at("ObjectStore", ["configuration"])).toMatchObject({
    destinationPath: "s3://backups/postgres",
    endpointURL: "http://objects-s3.seaweedfs.svc:8333",
    s3Credentials: { accessKeyId: { name: "bucket-backups", key: "accessKey" } },
  });
  expect(at("Cluster", ["plugins"])).toEqual([
    { name: "barman-cloud.cloudnative-pg.io", enabled: true, isWALArchiver: true, parameters: { barmanObjectName: "main" } },
  ]);
  expect(at("ScheduledBackup", ["schedule"])).toBe("0 0 2 * * sun");
  const names = objects.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.namespace}/${metadata.name}`);
  expect(names).toContain("NetworkPolicy seaweedfs/postgres.main-to-bucket.backups.store-ingress");
});

test("the alert about old backups knows the longest gap of a schedule", () => {
  const hours = (schedule: string) => (longestGap(schedule)?.seconds ?? 0) / 3600;

  expect(hours("0 2 * * *")).toBe(24);
  expect(hours("0 2 * * mon-fri")).toBe(72);
  expect(hours("30 */6 * * *")).toBe(6);
  expect(hours("0 0 31 * *")).toBe(61 * 24);
  expect(hours("0 0 1 * mon")).toBe(7 * 24);
  expect(hours("@hourly")).toBe(1);
  expect(longestGap("0 0 30 2 *")).toBeUndefined();
});

test("a restored cluster begins with the backups of another one, and writes its own elsewhere", () => {
  const restore = { ...backup, cluster: "main", until: "2026-11-01T08:00:00Z" };
  const { at, problems } = load({ ...store, certManager: {}, cloudnativePg: { clusters: { "main-2": { storage, backup, restore } } } });

  expect(problems).toEqual([]);
  expect(at("Cluster", ["bootstrap"])).toEqual({
    recovery: { database: "app", owner: "app", source: "origin", recoveryTarget: { targetTime: "2026-11-01T08:00:00Z" } },
  });
  expect(at("Cluster", ["externalClusters"])).toEqual([
    {
      name: "origin",
      plugin: { name: "barman-cloud.cloudnative-pg.io", parameters: { barmanObjectName: "main-2-origin", serverName: "main" } },
    },
  ]);
});

test("destroy retains a cluster, because its operator deletes the volumes with it", () => {
  const { objects } = load({ cloudnativePg: { clusters: { main: { storage } } } });

  const retention = Object.fromEntries(
    objects.map(({ manifest: { kind, metadata }, retention: kept }) => [`${kind}/${metadata.name}`, kept]),
  );
  expect(retention).toMatchObject({ "Cluster/main": "retain", "Namespace/databases": "retain" });
});

test("databases of one server have users of their own, and pgvector", () => {
  const { at, problems } = load({
    cloudnativePg: { clusters: { main: { storage } } },
    databases: {
      "vector-index": { type: "in-cluster", server: "main", owner: { type: "secret", secret: "vectors" }, extensions: ["vector"] },
    },
  });

  expect(problems).toEqual([]);
  expect(at("Database", [])).toMatchObject({
    name: "vector_index",
    owner: "vector_index",
    databaseReclaimPolicy: "retain",
    extensions: [{ name: "vector", ensure: "present" }],
  });
  expect(at("DatabaseRole", [])).toMatchObject({ name: "vector_index", passwordSecret: { name: "vectors" } });
});

test("several users of one server do not wait for each other", () => {
  const owner = (name: string) => ({ type: "secret", username: name, secret: name, namespaces: [] });
  const database = (name: string) => ({ type: "in-cluster", server: "main", owner: owner(name) });
  const { objects } = load({
    cloudnativePg: { clusters: { main: { storage } } },
    databases: { first: database("first"), second: database("second") },
  });

  expect(objects.filter(({ manifest }) => manifest.kind === "DatabaseRole")).toHaveLength(2);
});

test("refuses names that are taken or reserved, extensions that the image lacks, and two passwords of one user", () => {
  const owner = (secret: string) => ({ type: "secret", username: "team", secret });
  const { problems } = load({
    cloudnativePg: { clusters: { main: { storage } } },
    databases: {
      a: { type: "in-cluster", server: "main", owner: owner("one") },
      b: { type: "in-cluster", server: "main", owner: owner("two") },
      c: { type: "in-cluster", server: "main", database: "a" },
      d: { type: "in-cluster", server: "main", database: "template1" },
      e: { type: "in-cluster", server: "main", extensions: ["timescaledb"] },
    },
  });

  expect(problems).toEqual([
    ["cloudnative-pg.name-twice", "databases.b.owner"],
    ["cloudnative-pg.name-twice", "databases.c.database"],
    ["cloudnative-pg.reserved-name", "databases.d.database"],
    ["cloudnative-pg.extension-missing", "databases.e.extensions"],
  ]);
});

test("production has backups and two instances; backups need cert-manager; names are short", () => {
  const production = load({ ...store, cloudnativePg: { clusters: { main: { storage } } } }, { production: true });
  const plain = load({ ...store, cloudnativePg: { clusters: { main: { storage, backup } } } });
  const long = load({ cloudnativePg: { clusters: { ["a".repeat(51)]: { storage } } } });

  expect(production.problems).toContainEqual(["cloudnative-pg.no-backup-in-production", "cloudnativePg.clusters.main.backup"]);
  expect(plain.problems).toContainEqual(["cloudnative-pg.backup-without-cert-manager", "cloudnativePg.clusters.main.backup"]);
  expect(long.problems).toContainEqual(["cloudnative-pg.cluster-name", `cloudnativePg.clusters.${"a".repeat(51)}`]);
});

test("refuses webhooks in the host's network", () => {
  const { problems } = load({ cloudnativePg: {} }, { network: { webhooks: "host" } });

  expect(problems).toEqual([["cloudnative-pg.webhook-on-host", "cloudnativePg.operator"]]);
});

test("refuses a client where the Secret of its database is not, and lets one in that has it", () => {
  const chart = new Chart(new App(), "chart");
  const operator = { pods: pods("cnpg-system"), backsUp: false };
  const server = new PostgresCluster(chart, "Server", { name: "main", storage, operator });
  const owner = { type: "secret", username: "features", secret: "features", namespaces: ["feast"] } as const;
  const shared = server.addDatabase(new Construct(chart, "A"), { name: "a", database: "a", owner: { type: "server" } });
  const own = server.addDatabase(new Construct(chart, "B"), { name: "b", database: "b", owner });

  expect(shared.enter("databases").tls).toEqual({ mode: "verify-full", ca: secretRef("main-ca", "ca.crt") });
  expect(own.enter("feast")).toMatchObject({ username: secretRef("features", "username"), tls: { mode: "require" } });
  expect([shared, own].flatMap(problemsOf)).toEqual([]);

  shared.enter("feast");
  own.enter("mlflow");

  expect([shared, own].map((each) => problemsOf(each).map(({ id }) => id))).toEqual([
    ["cloudnative-pg.client-elsewhere"],
    ["cloudnative-pg.client-elsewhere"],
  ]);
});
