/**
 * The Spark operator v2.5.2 and Kueue v0.19.2 on our applications and servers, with the real `spark-submit`. Containers do not run: a driver
 * starts no executors, and its pod stays Running.
 *
 * @exercises spark, kueue
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/spark-operator/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { withSpark } from "../fixtures/spark/home";
import { KUEUE, startKueue } from "./kueue-process";
import { chartObjects } from "./module-files";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { calledLocally, freePort, webhookServer } from "./webhooks";

const main = { type: "python", file: "local:///opt/spark/examples/src/main/python/pi.py" } as const;
const pods = { driver: { pool: "cpu" }, executor: { pool: "cpu" } } as const;
const parts = {
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  kueue: { queues: { research: { quotas: [{ pool: "cpu", cpu: 3, memory: Size.gibibytes(16) }] } } },
  spark: {
    applications: {
      first: { main, ...pods, queue: "research" },
      second: { main, ...pods, queue: "research" },
      nightly: { main, ...pods, schedule: { cron: "0 3 * * *" } },
    },
    connect: { sessions: { server: { pool: "cpu" }, executor: { pool: "cpu" } } },
  },
} as const;

const CHART = {
  module: "spark",
  goModule: "github.com/kubeflow/spark-operator/v2",
  path: "charts/spark-operator-chart",
} as const;
const NAMESPACE = "spark-operator";

const spark = withSpark();
const operators = withRealOperators(
  [KUEUE, { name: "spark-operator", goPackage: "github.com/kubeflow/spark-operator/v2/cmd/operator", module: "spark" }],
  { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) },
);
const release = released({ ...EMBEDDED, ...parts });
const named = (kind: string, name: string): KubeObject => {
  const found = release.objects.map(({ manifest }) => manifest).find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
};
const [first, second] = [named("SparkApplication", "first"), named("SparkApplication", "second")];
const [nightly, sessions] = [named("ScheduledSparkApplication", "nightly"), named("SparkConnect", "sessions")];

beforeAll(async () => {
  const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts });
  await startKueue(operators, real);
  for (const definition of definitions()) await applyStrictly(operators.client(), definition);
  await startSpark(real);
  // What is made in the same second enters the queue in any order.
  const applications = { first: parts.spark.applications.first };
  operators.applyTree(released({ ...EMBEDDED, ...parts, spark: { applications } }), { withoutDefinitions: true });
  await operators.until(first, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "RUNNING");
  operators.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

test(
  "an application is admitted, its driver is on a node of its pool, and it runs with the status that the simulator writes",
  async () => {
    const row = rowOf(first);

    const live = await operators.until(first, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "RUNNING");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    const [driver] = await operators
      .client()
      .list({ apiVersion: "v1", kind: "Pod", namespace: "spark", labelSelector: "beamstack-iac/spark=first" });
    expect(driver).toMatchObject({ metadata: { labels: { "spark-role": "driver" } }, spec: { nodeName: expect.stringMatching(/^cpu-/) } });
  },
  WITHIN_MS,
);

test(
  "an application waits in the queue while the quota is used, and counts as ready",
  async () => {
    const live = await operators.until(second, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "SUSPENDED");

    expect(healthOf(live, rowOf(second)).state).toBe("ready");
  },
  WITHIN_MS,
);

test.each([nightly, sessions])(
  "$kind becomes ready, with the status that the simulator writes",
  async (object) => {
    const row = rowOf(object);

    const live = await operators.until(object, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
  },
  WITHIN_MS,
);

test(
  "apply.sh runs again after Kueue and the Spark operator have written, and changes nothing",
  async () => {
    const before = await specsOf();

    operators.applyTree(release, { withoutDefinitions: true });

    expect(await specsOf()).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "an application that waits starts when the quota is free",
  async () => {
    await operators.client().delete(refOf(first), { propagationPolicy: "Background" });

    await operators.until(second, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "RUNNING");
  },
  WITHIN_MS,
);

test.each(Object.entries(refused()))("the webhooks refuse what our check %s refuses", async (_id, object) => {
  await expect(operators.client().create(object, { dryRun: true })).rejects.toThrow(/denied|nvalid/);
});

/** Examples of objects that a check of ours refuses, as they would look without it. */
function refused(): Record<string, KubeObject> {
  return {
    "spark.queue-with-dynamic-allocation": withSpec(first, { dynamicAllocation: { enabled: true, maxExecutors: 5 } }),
    "spark.conf-owned": withSpec(first, { sparkConf: { "spark.master": "local" } }),
    "spark.name": { ...first, metadata: { ...first.metadata, name: "1st" } },
  };
}

function withSpec(object: KubeObject, spec: Readonly<Record<string, JsonValue>>): KubeObject {
  const { metadata, spec: whole } = object;
  return { ...object, metadata: { ...metadata, name: `${metadata.name}-x` }, spec: { ...(isJsonObject(whole) ? whole : {}), ...spec } };
}

async function specsOf(): Promise<JsonValue[]> {
  const objects = [first, second, nightly, sessions];
  const lives = await Promise.all(objects.map((object) => operators.client().get(refOf(object))));
  return lives.map(({ metadata, spec = null }) => ({ name: metadata.name, generation: metadata["generation"] ?? null, spec }));
}

/** Its webhook and its controller, as the chart makes them of our values. */
async function startSpark(real: Release): Promise<void> {
  const chart = real.helmReleases.find(({ name }) => name === "spark-operator");
  if (!chart) throw new Error("the release has no chart of the Spark operator");
  const client = operators.client();
  const server = await webhookServer(operators.folder, {
    service: `spark-operator-webhook-svc.${NAMESPACE}.svc`,
    authority: "spark-operator-ca",
  });
  const { "ca.crt": authority, "tls.crt": certificate, "tls.key": key } = server.secret;
  for (const name of [NAMESPACE, "spark"])
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager: "test" });
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "spark-operator-webhook-certs", namespace: NAMESPACE } };
  await client.apply({ ...secret, stringData: { "ca.crt": authority, "tls.crt": certificate, "tls.key": key } }, { fieldManager: "test" });
  const objects = calledLocally(chartObjects(CHART, chart, operators.helm), server);
  for (const object of objects.filter(({ kind }) => /^(ServiceAccount|(Cluster)?Role(Binding)?)$/.test(kind)))
    await client.apply(object, { fieldManager: "test" });
  for (const object of objects.filter(({ kind }) => kind.endsWith("WebhookConfiguration")))
    await client.apply(object, { fieldManager: "test" });
  const common = { namespaces: "spark", "health-probe-bind-address": `127.0.0.1:${await freePort()}`, "leader-election": false };
  const webhook = { ...common, "enable-cert-manager": true, "webhook-cert-dir": server.certificates, "webhook-port": server.port };
  operators.start({ name: "spark-operator", args: () => ["webhook", "start", ...flags(webhook)] });
  const controller = { ...common, "health-probe-bind-address": `127.0.0.1:${await freePort()}` };
  const KUBECONFIG = await accountConfig("spark-operator-controller");
  operators.start({
    name: "spark-operator",
    args: () => ["controller", "start", ...flags(controller)],
    env: () => {
      const { hostname, port } = new URL(operators.server());
      return { KUBECONFIG, SPARK_HOME: spark.home(), KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    },
  });
}

/** A kubeconfig with the token of an account of the chart: `spark-submit` takes no client key on an elliptic curve. */
async function accountConfig(name: string): Promise<string> {
  const metadata = { name: `${name}-token`, namespace: NAMESPACE, annotations: { "kubernetes.io/service-account.name": name } };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/service-account-token" };
  await operators.client().apply(secret, { fieldManager: "test" });
  const live = await operators.until(secret, (seen) => valueAt(seen, ["data", "token"]) !== undefined);
  const [token, authority] = ["token", "ca.crt"].map((key) => String(valueAt(live, ["data", key])));
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: operators.server(), "certificate-authority-data": authority } }],
    users: [{ name, user: { token: Buffer.from(token ?? "", "base64").toString() } }],
  };
  const path = join(operators.folder, `${name}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function flags(settings: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
