/**
 * The CloudNativePG operator v1.30.0 with its webhooks and the Barman Cloud plugin v0.13.0 on our clusters, databases and backups. Containers do not run: no
 * instance answers, so that a cluster stays before its first instance, and the instances, which apply databases and roles and make backups, do none of it.
 *
 * @exercises cloudnative-pg
 */

import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudnativePgPin } from "#lib/components/cloudnative-pg/index";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { appliesAgain, specsOf } from "./apply-again";
import { answers } from "./chart-operator";
import { moduleObjects } from "./module-files";
import { eventually, read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { calledLocally, freePort, webhookServer } from "./webhooks";

const MODULE = { module: "cloudnative-pg", goModule: "github.com/cloudnative-pg/cloudnative-pg" } as const;
const BARMAN = { module: "barman-cloud", goModule: "github.com/cloudnative-pg/plugin-barman-cloud" } as const;
const NAMESPACE = "cnpg-system";
const RBAC = "rbac.authorization.k8s.io/v1";

const parts = {
  certManager: {},
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  buckets: {
    backups: {
      type: "s3-compatible",
      endpoint: "https://objects.example.com",
      bucket: "backups",
      region: "eu-central-1",
      credentials: {
        type: "access-key",
        accessKeyId: secretRef("bucket", "id"),
        secretAccessKey: secretRef("bucket", "secret"),
      },
      ca: secretRef("bucket-ca", "ca.crt"),
      namespaces: ["databases"],
    },
  },
  cloudnativePg: {
    clusters: {
      main: {
        storage: Size.gibibytes(10),
        walStorage: Size.gibibytes(2),
        instances: 3,
        synchronousStandbys: 1,
        pool: "cpu",
        backup: { bucket: "backups" },
      },
      again: { storage: Size.gibibytes(10), pool: "cpu", restore: { bucket: "backups", cluster: "main" } },
    },
  },
  databases: { documents: { type: "in-cluster", server: "main", extensions: ["vector"] } },
  pgvector: { stores: { articles: { database: "documents" } } },
} as const;

const operator = withRealOperators(
  [MODULE, BARMAN].map(({ module, goModule }) => ({ name: module, goPackage: `${goModule}/cmd/manager`, module })),
  { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) },
);
const release = released({ ...EMBEDDED, ...parts });
const [cluster, database] = [named("Cluster", "main"), named("Database", "main-documents")];

/** The plugin's chart has certificates. */
const ofCertManager = release.objects
  .map(({ manifest }) => manifest)
  .filter(({ kind, metadata }) => kind === "CustomResourceDefinition" && metadata.name.endsWith("cert-manager.io"));

function named(kind: string, name: string): KubeObject {
  const found = release.objects.map(({ manifest }) => manifest).find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
}

beforeAll(async () => {
  const client = operator.client();
  const server = await webhookServer(operator.folder, { service: `cnpg-webhook-service.${NAMESPACE}.svc`, authority: "cnpg-ca" });
  // The names under which the operator reads a certificate that somebody else makes.
  for (const [from, to] of [
    ["tls.crt", "apiserver.crt"],
    ["tls.key", "apiserver.key"],
  ] as const)
    copyFileSync(join(server.certificates, from), join(server.certificates, to));
  // It copies the managers of its image into instances, and looks which there are.
  mkdirSync(join(operator.folder, "operator"), { recursive: true });
  writeFileSync(join(operator.folder, "operator/manager_amd64"), "");
  const definitions = [MODULE, BARMAN].flatMap((one) => moduleObjects({ ...one, path: "config/crd/bases" }));
  for (const definition of [...definitions, ...ofCertManager]) await applyStrictly(client, definition);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, { fieldManager: "test" });
  const metrics = await freePort();
  // The operator calls plugins through sockets in a folder, too.
  const plugins = join(operator.folder, "plugins");
  mkdirSync(plugins);
  operator.start({
    name: BARMAN.module,
    args: () => ["operator", `--plugin-path=${plugins}`, "--health-probe-bind-address=0"],
    env: () => ({ SIDECAR_IMAGE: cloudnativePgPin.images.sidecar }),
  });
  await eventually(
    async () => readdirSync(plugins),
    (sockets) => sockets.length > 0,
  );
  operator.start({
    name: MODULE.module,
    args: () => ["controller", `--webhook-port=${server.port}`, `--metrics-bind-address=127.0.0.1:${metrics}`],
    env: () => ({
      OPERATOR_NAMESPACE: NAMESPACE,
      OPERATOR_IMAGE_NAME: cloudnativePgPin.images.operator,
      WEBHOOK_CERT_DIR: server.certificates,
      PLUGIN_SOCKET_DIR: plugins,
    }),
  });
  const webhooks = calledLocally(moduleObjects({ ...MODULE, path: "config/webhook/manifests.yaml" }), server);
  for (const webhook of webhooks) await client.apply(webhook, { fieldManager: "test" });
  await operator.until({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, () => true);
  await answers(operator, { name: MODULE.module, admitted: { ...cluster, metadata: { name: "trial", namespace: "default" } } });
  operator.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

test(
  "a cluster that starts has the status that the simulator writes first",
  async () => {
    const row = rowOf(cluster);

    const live = await operator.until(cluster, (seen) => valueAt(seen, ["status", "phase"]) === "Setting up primary");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.[0]?.status, row));
  },
  WITHIN_MS,
);

test(
  "pods, claims and Secrets have the names and labels that the pin tells",
  async () => {
    const { namespace = "" } = cluster.metadata;
    const kind = cloudnativePgPin.kinds[0];
    const [labels] = kind.podLabels(cluster);
    const labelSelector = Object.entries(labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(",");

    await operator.until({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "main-1-initdb", namespace } }, () => true);

    const list = (of: string) => operator.client().list({ apiVersion: "v1", kind: of, namespace, labelSelector });
    expect((await list("PersistentVolumeClaim")).map(({ metadata, spec = null }) => [metadata.name, sizeOf(spec)])).toEqual(
      expect.arrayContaining([...kind.claims.of(cluster)].map(({ names, size }) => [names.replace(/^main/, "main-1"), size])),
    );
    for (const name of kind.secretsOf(cluster))
      await operator.until({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } }, () => true);
    expect((await list("Pod")).map(({ metadata }) => metadata.name)).toContainEqual(expect.stringMatching(/^main-1-initdb-/));
  },
  WITHIN_MS,
);

function sizeOf(spec: JsonValue): JsonValue | undefined {
  return valueAt(spec, ["resources", "requests", "storage"]);
}

test(
  "the plugin lets instances read the Secrets of the bucket",
  async () => {
    const { namespace = "" } = cluster.metadata;

    const role = await operator.until({ apiVersion: RBAC, kind: "Role", metadata: { name: "main-barman-cloud", namespace } }, () => true);

    expect(role["rules"]).toEqual([
      expect.objectContaining({ resources: ["objectstores"], resourceNames: ["main"] }),
      expect.objectContaining({ resources: ["objectstores/status"], resourceNames: ["main"] }),
      expect.objectContaining({ resources: ["secrets"], resourceNames: ["bucket"] }),
    ]);
  },
  WITHIN_MS,
);

test(
  "the plugin restores with the bucket's region and CA, in the resources that we give it",
  async () => {
    const { namespace = "" } = cluster.metadata;
    const store = named("ObjectStore", "again-origin");

    const job = await operator.until(
      { apiVersion: "batch/v1", kind: "Job", metadata: { name: "again-1-full-recovery", namespace } },
      () => true,
    );

    const pod = valueAt(job["spec"] ?? null, ["template", "spec"]) ?? null;
    expect(valueAt(pod, ["initContainers"])).toContainEqual(
      expect.objectContaining({
        name: "plugin-barman-cloud",
        image: cloudnativePgPin.images.sidecar,
        env: expect.arrayContaining([{ name: "AWS_DEFAULT_REGION", value: "eu-central-1" }]),
        resources: valueAt(store["spec"] ?? null, ["instanceSidecarConfiguration", "resources"]),
      }),
    );
    expect(JSON.stringify(valueAt(pod, ["volumes"]))).toContain('"name":"bucket-ca"');
  },
  WITHIN_MS,
);

test(
  "a schedule starts a backup by the plugin at once",
  async () => {
    const { namespace = "" } = cluster.metadata;

    const [backup] = await eventually(
      () => operator.client().list({ apiVersion: "postgresql.cnpg.io/v1", kind: "Backup", namespace }),
      (backups) => backups.length > 0,
    );

    expect(backup?.["spec"]).toMatchObject({ cluster: { name: "main" }, method: "plugin" });
  },
  WITHIN_MS,
);

appliesAgain(operator, "the operator has written", () => ({ release, objects: [cluster, database] }));

test(
  "a database is not ready before an instance has applied it",
  async () => {
    const healths = await operator.healthsOf(database, 3);

    expect(new Set(healths.map(({ state }) => state))).toEqual(new Set(["waiting"]));
  },
  WITHIN_MS,
);

test.each(Object.entries(refused()))("the webhooks refuse what our check %s refuses", async (_id, object) => {
  await expect(operator.client().create(object, { dryRun: true })).rejects.toThrow(/denied|nvalid/);
});

test(
  "a cluster whose volumes would shrink is refused, and stays as it is",
  async () => {
    const before = await specsOf(operator, [cluster, database]);
    const smaller = { spec: { storage: { size: "1Gi" } } };

    await expect(operator.client().patch(refOf(cluster), { type: "merge", body: smaller })).rejects.toThrow(/denied|nvalid/);

    expect(await specsOf(operator, [cluster, database])).toEqual(before);
  },
  WITHIN_MS,
);

/** Examples of clusters that a check of ours refuses, as they would look without it. */
function refused(): Record<string, KubeObject> {
  return {
    "cloudnative-pg.too-few-instances": withSpec({ instances: 1 }),
    "cloudnative-pg.managed-parameter": withSpec({ postgresql: { parameters: { ssl: "off" } } }),
    "cloudnative-pg.image-version": withSpec({ imageName: "registry.example.com/postgres:team-18" }),
    "cloudnative-pg.cluster-name": { ...cluster, metadata: { ...cluster.metadata, name: "x".repeat(51) } },
  };
}

function withSpec(spec: JsonObject): KubeObject {
  const whole = cluster["spec"];
  return { ...cluster, metadata: { ...cluster.metadata, name: "other" }, spec: { ...(isJsonObject(whole) ? whole : {}), ...spec } };
}
