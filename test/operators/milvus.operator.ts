/**
 * The Milvus operator v1.3.7, the newest that the Go proxy serves, on our cluster, with a real etcd and an S3 server on loopback in place of those that
 * its pods would reach. Containers do not run: the nodes report their pods as ready.
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { milvusPin } from "#lib/components/milvus/index";
import { type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { obtainToolchain } from "#stacks/local/toolchain/toolchain";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { moduleFolder, moduleObjects } from "./module-files";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { freePort } from "./webhooks";

const MODULE = { module: "milvus", goModule: "github.com/zilliztech/milvus-operator" } as const;
const FIXTURES = join(__dirname, "../fixtures/s3");
/** Nowhere but in the Secret. */
const PLANTED = { id: "planted-access-key", secret: "planted-secret-key", password: "planted-password" };

function partsOf(endpoint: string) {
  const credentials = { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") } as const;
  return {
    nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
    buckets: {
      vectors: { type: "s3-compatible", bucket: "vectors", endpoint, credentials, ca: secretRef("s3", "ca.crt"), namespaces: ["milvus"] },
    },
    milvus: {
      clusters: { deep: { bucket: "vectors", mode: { type: "cluster" }, rootPassword: secretRef("s3", "password"), pool: "cpu" } },
    },
  } as const satisfies Partial<EnvironmentSpec>;
}

const operator = withRealOperators([{ name: "milvus-operator", goPackage: MODULE.goModule, module: MODULE.module }], {
  nodes: simulatedNodes({ ...EMBEDDED, ...partsOf("https://s3.example.com") }),
});
const started: ChildProcess[] = [];
let release: Release;
let milvus: KubeObject;

beforeAll(async () => {
  const etcd = await startEtcd();
  const s3 = await startS3();
  release = reaching(released({ ...EMBEDDED, ...partsOf(`https://127.0.0.1:${s3}`) }), etcd);
  milvus = found("Milvus", "deep");
  const client = operator.client();
  for (const definition of moduleObjects({ ...MODULE, path: "config/crd/bases" })) await applyStrictly(client, definition);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "milvus" } }, { fieldManager: "test" });
  const stringData = { ...PLANTED, "ca.crt": readFileSync(join(operator.folder, "ca.crt"), "utf8") };
  await client.apply(
    { apiVersion: "v1", kind: "Secret", metadata: { name: "s3", namespace: "milvus" }, stringData },
    { fieldManager: "test" },
  );
  operator.applyTree(release, { withoutDefinitions: true });
  await startOperator();
}, STARTED_WITHIN_MS);

afterAll(async () => {
  for (const child of started.filter(({ exitCode }) => exitCode === null)) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

function found(kind: string, name: string): KubeObject {
  const object = release.objects.map(({ manifest }) => manifest).find((one) => one.kind === kind && one.metadata.name === name);
  if (!object) throw new Error(`the release has no ${kind} ${name}`);
  return object;
}

/** The members of etcd are names in the cluster, which this machine does not know. */
function reaching(whole: Release, etcd: string): Release {
  const text = JSON.stringify(whole.objects).replaceAll("deep-etcd-0.deep-etcd.milvus.svc:2379", etcd);
  return { ...whole, objects: JSON.parse(text) as Release["objects"] };
}

async function startEtcd(): Promise<string> {
  const [client, peer] = [await freePort(), await freePort()];
  const { etcd } = await obtainToolchain(["etcd"]);
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const args = [
    ...["--data-dir", join(operator.folder, "etcd"), "--listen-client-urls", url(client), "--advertise-client-urls", url(client)],
    ...["--listen-peer-urls", url(peer), "--initial-advertise-peer-urls", url(peer), "--initial-cluster", `default=${url(peer)}`],
  ];
  started.push(spawn(etcd, args, { stdio: "ignore" }));
  return `127.0.0.1:${client}`;
}

async function startS3(): Promise<string> {
  const { folder } = operator;
  const python = join(folder, "venv/bin/python");
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(FIXTURES, "requirements.txt")]);
  const server = spawn(python, [join(FIXTURES, "server.py"), folder], { stdio: ["pipe", "pipe", "ignore"] });
  started.push(server);
  const [said] = await once(server.stdout, "data");
  const port = String(said).trim();
  const create = "import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1').create_bucket(Bucket='vectors')";
  const env = { HOME: folder, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_CA_BUNDLE: join(folder, "ca.crt") };
  execFileSync(python, ["-c", create, `https://127.0.0.1:${port}`], { stdio: "pipe", env });
  return port;
}

/** With the templates of its image; defaults of the charts for etcd, MinIO, Pulsar and Kafka are not in the module, and no cluster of ours has them. */
async function startOperator(): Promise<void> {
  const assets = join(operator.folder, "config/assets");
  mkdirSync(join(assets, "charts"), { recursive: true });
  cpSync(join(moduleFolder(MODULE), "config/assets/templates"), join(assets, "templates"), { recursive: true });
  writeFileSync(join(assets, "charts/values.yaml"), "{ etcd: {}, minio: {}, pulsar: {}, pulsarv3: {}, kafka: {}, tei: {} }");
  const [metrics, probes] = [await freePort(), await freePort()];
  operator.start({
    args: () => [
      `--metrics-bind-address=127.0.0.1:${metrics}`,
      `--health-probe-bind-address=127.0.0.1:${probes}`,
      "--namespace=milvus-operator",
    ],
  });
}

test(
  "a cluster becomes ready, with the status that the simulator writes",
  async () => {
    const row = rowOf(milvus);

    const live = await operator.until(milvus, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    expect(valueAt(live, ["status", "status"])).toBe(valueAt(row.simulated?.at(-1)?.status, ["status"]));
  },
  STARTED_WITHIN_MS,
);

test("its pods have the labels that the pin tells, and keys of the bucket are in no ConfigMap", async () => {
  const [labels = {}] = milvusPin.kinds[0].podLabels(milvus);
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

  const pods = await operator.client().list({ apiVersion: "v1", kind: "Pod", namespace: "milvus", labelSelector });
  expect(new Set(pods.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"]))).toEqual(
    new Set(["proxy", "mixcoord", "querynode", "datanode", "streamingnode"]),
  );
  const maps = await operator.client().list({ apiVersion: "v1", kind: "ConfigMap", namespace: "milvus" });
  for (const planted of Object.values(PLANTED)) expect(JSON.stringify([maps, pods])).not.toContain(planted);
});

test(
  "apply.sh runs again after the operator has written, and changes nothing",
  async () => {
    const before = await specOf();

    operator.applyTree(release, { withoutDefinitions: true });

    expect(await specOf()).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "a change that the operator refuses is never ready",
  async () => {
    await operator.client().patch(refOf(milvus), { type: "merge", body: { spec: { components: { volumes: [{ name: 1 }] } } } });

    const healths = await operator.healthsOf(milvus, 10);

    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
  },
  WITHIN_MS,
);

async function specOf(): Promise<JsonValue> {
  const { metadata, spec = null } = await operator.client().get(refOf(milvus));
  return { generation: metadata["generation"] ?? null, spec };
}
