/**
 * The Milvus operator v1.3.7, the newest that its proxy serves whole, on our clusters: one pod with Milvus' own queue, and one of every component with topics
 * of Kafka. It asks etcd and the bucket itself: etcd runs with the variables of our StatefulSet, an S3 server on loopback. Milvus does not run, nor does the
 * operator dial a queue that it does not install.
 *
 * @exercises milvus
 */

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { CLIENT_PORT, clusterLabels, METRICS_PORT, serviceOf } from "#lib/components/milvus/labels";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { obtainToolchain } from "#stacks/local/toolchain/toolchain";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released } from "../fixtures/platform";
import { environmentOf } from "../fixtures/pod-process";
import { type S3Server, startS3 } from "../fixtures/s3/start";
import { specsOf } from "./apply-again";
import { chartObjects, moduleFolder, moduleObjects } from "./module-files";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperator } from "./real-operator";
import { freePort } from "./webhooks";

const MODULE = { module: "milvus", goModule: "github.com/zilliztech/milvus-operator" } as const;
const NAMESPACE = "milvus";
/** Nowhere but in Secrets. */
const PLANTED = { id: "planted-access-key", secret: "planted-secret-key", root: "planted-root-password", queue: "planted-queue-password" };
const SECRETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  keys: { id: PLANTED.id, secret: PLANTED.secret },
  root: { password: PLANTED.root },
  kafka: { password: PLANTED.queue },
};

const topic = (name: string) => ({
  ...({ type: "existing", topic: name, bootstrapServers: "kafka.example.com:9093", namespaces: [NAMESPACE] } as const),
  credentials: { type: "scram-sha-512", user: "milvus", password: secretRef("kafka", "password") } as const,
});
const parts = {
  buckets: {
    vectors: {
      ...({ type: "s3-compatible", bucket: "vectors", endpoint: "https://s3.example.com:8333", namespaces: [NAMESPACE] } as const),
      credentials: { type: "access-key", accessKeyId: secretRef("keys", "id"), secretAccessKey: secretRef("keys", "secret") },
      ca: secretRef("s3-ca", "ca.crt"),
    },
  },
  topics: { changes: topic("changes"), clock: topic("clock") },
  milvus: {
    clusters: {
      deep: { bucket: "vectors", rootPassword: secretRef("root", "password") },
      wide: { bucket: "vectors", mode: { type: "cluster" }, queue: { type: "kafka", topics: ["changes"], timeTicks: "clock" } },
    },
  },
} as const;

const operator = withRealOperator({ name: "milvus-operator", goPackage: MODULE.goModule, module: MODULE.module });
const processes: ChildProcess[] = [];
const withoutDefinitions = true;
let s3: S3Server;
let release: Release;
let deep: KubeObject;
let wide: KubeObject;

beforeAll(async () => {
  s3 = await startS3(operator.folder, []);
  const ports = { deep: await etcdPorts(), wide: await etcdPorts() };
  release = reachable(released({ ...EMBEDDED, ...parts }), ports);
  [deep, wide] = [milvusNamed("deep"), milvusNamed("wide")];
  const client = operator.client();
  for (const definition of moduleObjects({ ...MODULE, path: "config/crd/bases" })) await applyStrictly(client, definition);
  operator.applyTree(release, { withoutDefinitions });
  const ca = { "ca.crt": readFileSync(join(operator.folder, "ca.crt"), "utf8") };
  for (const [name, stringData] of Object.entries({ ...SECRETS, "s3-ca": ca }))
    await client.apply(
      { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: NAMESPACE }, stringData },
      { fieldManager: "test" },
    );
  prepareFolder();
  operator.start({ args: chartArguments, cwd: operator.folder });
  await operator.until(deep, (seen) => valueAt(seen, ["status", "status"]) !== undefined);
  await startEtcd("deep", ports.deep);
  await startEtcd("wide", ports.wide);
}, STARTED_WITHIN_MS);

afterAll(async () => {
  for (const child of processes) child.kill("SIGKILL");
  await s3?.stop();
});

interface EtcdPorts {
  readonly client: number;
  readonly peer: number;
  readonly metrics: number;
}

async function etcdPorts(): Promise<EtcdPorts> {
  return { client: await freePort(), peer: await freePort(), metrics: await freePort() };
}

/** The operator runs on this machine, which knows no names of the cluster. */
function reachable(whole: Release, ports: Readonly<Record<string, EtcdPorts>>): Release {
  const own = JSON.stringify(whole.objects).replaceAll("s3.example.com:8333", new URL(s3.endpoint).host);
  const text = Object.entries(ports).reduce(
    (all, [name, { client }]) => all.replaceAll(`${name}-etcd-0.${name}-etcd.${NAMESPACE}.svc:2379`, `127.0.0.1:${client}`),
    own,
  );
  return { ...whole, objects: JSON.parse(text) as Release["objects"] };
}

function milvusNamed(name: string): KubeObject {
  return objectNamed("Milvus", name);
}

function objectNamed(wanted: string, name: string): KubeObject {
  const found = release.objects.map(({ manifest }) => manifest).find(({ kind, metadata }) => kind === wanted && metadata.name === name);
  if (!found) throw new Error(`the release has no ${wanted} ${name}`);
  return found;
}

/** What the operator's image has beside it: templates of configurations, and values of charts, which our clusters do not use. */
function prepareFolder(): void {
  const assets = join(operator.folder, "config/assets");
  cpSync(join(moduleFolder(MODULE), "config/assets"), assets, { recursive: true });
  mkdirSync(join(assets, "charts"));
  const charts = ["etcd", "minio", "pulsar", "pulsarv3", "kafka"];
  writeFileSync(join(assets, "charts/values.yaml"), JSON.stringify(Object.fromEntries(charts.map((chart) => [chart, {}]))));
}

/** Arguments that the chart makes of our values, but for ports and the election of a leader. */
function chartArguments(): string[] {
  const { helmReleases } = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts });
  const chart = helmReleases.find(({ name }) => name === "milvus-operator");
  if (!chart) throw new Error("the release has no chart");
  const made = chartObjects({ ...MODULE, path: "charts/milvus-operator" }, chart, operator.helm);
  const args = valueAt(made.find(({ kind }) => kind === "Deployment") ?? null, ["spec", "template", "spec", "containers", 0, "args"]);
  if (!Array.isArray(args)) throw new Error("the chart has no arguments");
  return args.map((each) => String(each).replace(/address=:\d+$/, "address=127.0.0.1:0")).filter((each) => each !== "--leader-elect");
}

/** The etcd of a cluster with the variables of its pod. */
async function startEtcd(name: string, { client, peer, metrics }: EtcdPorts): Promise<void> {
  const { etcd } = await obtainToolchain(["etcd"]);
  const host = `http://${name}-etcd-0.${name}-etcd.${NAMESPACE}.svc`;
  const listens = { 2379: client, 2380: peer, 2381: metrics };
  const env = environmentOf(objectNamed("StatefulSet", `${name}-etcd`), "main", {
    secrets: {},
    fields: { "metadata.name": `${name}-etcd-0` },
    path: operator.folder,
    replaced: {
      "/data/": join(operator.folder, `${name}-`),
      ...Object.fromEntries(
        Object.entries(listens).flatMap(([port, here]) => [
          [`http://0.0.0.0:${port}`, `http://127.0.0.1:${here}`],
          [`${host}:${port}`, `http://127.0.0.1:${here}`],
        ]),
      ),
    },
  });
  processes.push(spawn(etcd, { env, stdio: "ignore" }));
}

test(
  "a new cluster is pending, as the simulator says, and stays so without its bucket",
  async () => {
    const live = await operator.until(deep, (seen) => conditionOf(seen, "StorageReady")?.["status"] === "False");
    const row = rowOf(deep);

    expect(String(conditionOf(live, "StorageReady")?.["message"])).toContain("bucket does not exist");
    expect(valueAt(live, ["status", "status"])).toBe("Pending");
    expect(read(live["status"], row)).toEqual(read(row.simulated?.[0]?.status, row));
    expect(healthOf(live, row).state).toBe("waiting");
  },
  WITHIN_MS,
);

test(
  "with etcd and bucket, both clusters become healthy with the status that the simulator writes",
  async () => {
    s3.create("vectors");

    for (const cluster of [deep, wide]) {
      const row = rowOf(cluster);
      // The operator looks at its pods twice a minute, after it has found the bucket.
      await operator.until(cluster, (seen) => conditionOf(seen, "StorageReady")?.["status"] === "True");
      const live = await operator.until(cluster, (seen) => healthOf(seen, row).state === "ready");
      expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
      expect(valueAt(live, ["status", "status"])).toBe(valueAt(row.simulated?.at(-1)?.status, ["status"]));
      const states = ["EtcdReady", "StorageReady", "MsgStreamReady"].map((type) => conditionOf(live, type)?.["status"]);
      expect(states).toEqual(["True", "True", "True"]);
    }
  },
  3 * WITHIN_MS,
);

test(
  "pods have the labels and ports, and clients the Service, that network policies and consumers are given",
  async () => {
    for (const { metadata } of [deep, wide]) {
      const { name } = metadata;
      const pods = await podsOf(name);
      const service = await operator.client().get(refOf(inNamespace("Service", serviceOf(name))));

      const components = pods.map((pod) => pod.metadata.labels?.["app.kubernetes.io/component"]);
      expect(components.sort()).toEqual(name === "deep" ? ["standalone"] : ["datanode", "mixcoord", "proxy", "querynode", "streamingnode"]);
      const open = pods.flatMap((pod) => listAt(pod, ["spec", "containers"]).flatMap((one) => portsOf(one, "containerPort")));
      expect(open.filter((port) => !allowedTo(name).includes(port) && port !== METRICS_PORT)).toEqual([]);
      expect(portsOf(service["spec"], "port")).toEqual([CLIENT_PORT, METRICS_PORT]);
    }
  },
  WITHIN_MS,
);

test("what is secret is in Secrets alone", async () => {
  const kinds = { v1: ["ConfigMap", "Pod", "Service", "Event"], "apps/v1": ["Deployment", "StatefulSet"], "milvus.io/v1beta1": ["Milvus"] };
  const lists = Object.entries(kinds).flatMap(([apiVersion, names]) =>
    names.map((kind) => operator.client().list({ apiVersion, kind, namespace: NAMESPACE })),
  );

  const text = JSON.stringify(await Promise.all(lists)) + operator.log();

  expect(text).toContain("vectors");
  expect(Object.values(PLANTED).filter((value) => text.includes(value))).toEqual([]);
});

test(
  "apply.sh runs again after the operator has written its defaults, and changes nothing",
  async () => {
    const before = await specsOf(operator, [deep, wide]);

    operator.applyTree(release, { withoutDefinitions });

    expect(await specsOf(operator, [deep, wide])).toEqual(before);
    // The operator adds empty values, and keeps ours.
    expect(before).toMatchObject([deep, wide].map(({ metadata: { name }, spec = null }) => ({ name, spec })));
  },
  WITHIN_MS,
);

test(
  "a change is rolled out, and the cluster is not ready for a moment before it is",
  async () => {
    const pod = (await podsOf("deep"))[0]?.metadata.name;
    const resources = { requests: { cpu: "500m" } };

    await operator.client().patch(refOf(deep), { type: "merge", body: { spec: { components: { standalone: { resources } } } } });
    const generation = Number((await operator.client().get(refOf(deep))).metadata["generation"]);
    const healths = await operator.healthsOf(deep, 2);
    const live = await operator.until(deep, (seen) => healthOf(seen, rowOf(deep)).state === "ready");

    expect(healths[0]?.state).toBe("waiting");
    expect(valueAt(live, ["status", "observedGeneration"])).toBe(generation);
    const ready = (await podsOf("deep")).filter(({ metadata }) => metadata["deletionTimestamp"] === undefined);
    expect(ready.map(({ metadata }) => metadata.name)).not.toContain(pod);
    expect(ready.map((each) => valueAt(each, ["spec", "containers", "0", "resources", "requests", "cpu"]))).toEqual(["500m"]);
  },
  3 * WITHIN_MS,
);

function inNamespace(kind: string, name: string): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: NAMESPACE } };
}

function podsOf(cluster: string): Promise<readonly KubeObject[]> {
  const labels = Object.entries(clusterLabels(cluster)).map(([key, value]) => `${key}=${value}`);
  return operator.client().list({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE, labelSelector: labels.join(",") });
}

function listAt(value: JsonValue | undefined, path: readonly string[]): readonly JsonValue[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}

function portsOf(value: JsonValue | undefined, field: string): number[] {
  return listAt(value, ["ports"]).map((port) => Number(valueAt(port, [field])));
}

/** Ports on which network policies let anybody to the pods of a cluster. */
function allowedTo(cluster: string): number[] {
  const to = clusterLabels(cluster);
  return release.objects
    .map(({ manifest }) => manifest)
    .filter(({ kind, spec }) => kind === "NetworkPolicy" && isDeepStrictEqual(valueAt(spec, ["podSelector", "matchLabels"]), to))
    .flatMap(({ spec }) => listAt(spec, ["ingress"]).flatMap((rule) => portsOf(rule, "port")));
}

function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  return listAt(object, ["status", "conditions"])
    .filter(isJsonObject)
    .find((condition) => condition["type"] === type);
}
