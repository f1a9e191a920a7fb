/**
 * Node Feature Discovery v0.19.0, workers and master, with the configuration that the chart of the GPU operator and our values make. A worker reads the folder
 * of its node in place of a machine; no pod runs, so that the test writes the file of GPU feature discovery.
 *
 * @exercises gpu-operator
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { chartObjects, moduleObjects } from "./module-files";
import { STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { freePort } from "./webhooks";

const MODULE = { module: "node-feature-discovery", goModule: "sigs.k8s.io/node-feature-discovery" } as const;
const NAMESPACE = "gpu-operator";
const PREFIX = "feature.node.kubernetes.io/";

/** Features that other programs find. Source: source/local/local.go, featureFilesDir. */
const FEATURES = "etc/kubernetes/node-feature-discovery/features.d";

/** The worker looks below its working folder. */
const STAMPS = [`${MODULE.goModule}/pkg/utils/hostpath.pathPrefix=./`, `${MODULE.goModule}/source/local.featureFilesDir=${FEATURES}`];

/** Any of them makes a node one with GPUs. Source: GPU operator v26.7.0, controllers/state_manager.go, gpuNodeLabels. */
const WITH_GPU = ["pci-10de.present", "pci-0302_10de.present", "pci-0300_10de.present"].map((name) => PREFIX + name);

/** Values of the chart of Node Feature Discovery in that of the GPU operator. Source: v26.7.0, deployments/gpu-operator/values.yaml. */
const BUNDLED = {
  master: { config: { extraLabelNs: ["nvidia.com"] } },
  worker: { config: { sources: { pci: { deviceClassWhitelist: ["02", "0200", "0207", "0300", "0302"], deviceLabelFields: ["vendor"] } } } },
} as const;

const DEVICES = {
  gpu: { class: "0x030200", vendor: "0x10de", device: "0x20b5", subsystem_vendor: "0x10de", subsystem_device: "0x1533" },
  nic: { class: "0x020700", vendor: "0x15b3", device: "0x101b", subsystem_vendor: "0x15b3", subsystem_device: "0x0007" },
} as const;

const machine = { cpu: 64, memory: Size.gibibytes(512) } as const;
const parts = {
  nodePools: {
    gpu: {
      type: "static",
      nodes: 2,
      node: { ...machine, accelerators: { type: "nvidia-a100-80gb", count: 8, sharing: { type: "time-slicing", replicas: 4 } } },
    },
    cpu: { type: "static", nodes: 1, node: machine },
  },
  gpus: {},
} as const;

const nodes = simulatedNodes({ ...EMBEDDED, ...parts });
const discovery = withRealOperators(
  ["nfd-master", "nfd-worker"].map((name) => ({
    name,
    goPackage: `${MODULE.goModule}/cmd/${name}`,
    module: MODULE.module,
    stamps: STAMPS,
  })),
  { nodes },
);
const nodeOf = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Node", metadata: { name } });

beforeAll(async () => {
  const chart = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts }).helmReleases.find(
    ({ name }) => name === "gpu-operator",
  );
  if (!chart) throw new Error("the release has no chart of the GPU operator");
  const client = discovery.client();
  for (const definition of moduleObjects({ ...MODULE, path: "deployment/helm/node-feature-discovery/crds" }))
    await applyStrictly(client, definition);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, { fieldManager: "test" });
  const configuration = (values: JsonValue) =>
    chartObjects({ ...MODULE, path: "deployment/helm/node-feature-discovery" }, { ...chart, values: objectOf(values) }, discovery.helm);
  const bundled = configuration({ ...objectOf(valueAt(chart.values, ["node-feature-discovery"])), ...BUNDLED });
  await startMaster(bundled);
  await startWorker("gpu-0", { devices: ["gpu", "nic"], objects: bundled });
  await startWorker("gpu-1", { devices: ["gpu"], objects: configuration({}) });
  await startWorker("cpu-0", { devices: ["nic"], objects: bundled });
}, STARTED_WITHIN_MS);

test(
  "a node with an NVIDIA GPU gets the labels by which the GPU operator finds it and chooses the driver",
  async () => {
    const live = await discovery.until(nodeOf("gpu-0"), found);

    expect(live.metadata.labels).toMatchObject({
      [`${PREFIX}pci-10de.present`]: "true",
      [`${PREFIX}system-os_release.ID`]: "ubuntu",
      [`${PREFIX}system-os_release.VERSION_ID`]: "24.04",
      [`${PREFIX}kernel-version.full`]: expect.stringMatching(/^\d+\.\d+/),
      [`${PREFIX}pci-15b3.present`]: "true",
    });
  },
  WITHIN_MS,
);

test(
  "a Node Feature Discovery with its own defaults is enough: the GPU operator takes its label, too",
  async () => {
    const { metadata } = await discovery.until(nodeOf("gpu-1"), found);

    expect(Object.keys(metadata.labels ?? {}).filter((label) => WITH_GPU.includes(label))).toEqual([`${PREFIX}pci-0302_10de.present`]);
  },
  WITHIN_MS,
);

test(
  "a node without an NVIDIA GPU gets none of them",
  async () => {
    const { metadata } = await discovery.until(
      nodeOf("cpu-0"),
      ({ metadata: { labels } }) => labels?.[`${PREFIX}pci-15b3.present`] === "true",
    );

    expect(Object.keys(metadata.labels ?? {}).filter((label) => /10de/.test(label))).toEqual([]);
  },
  WITHIN_MS,
);

test(
  "labels of NVIDIA's own domain are taken from the discovery of GPUs, and those of the pool and of its sharing stay",
  async () => {
    const labels = { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB-SHARED", "nvidia.com/gpu.replicas": "4" };
    const lines = Object.entries(labels).map(([name, value]) => `${name}=${value}\n`);
    writeFiles(join(folderOf("gpu-0"), FEATURES), { gfd: lines.join("") });

    const live = await discovery.until(nodeOf("gpu-0"), ({ metadata }) => metadata.labels?.["nvidia.com/gpu.replicas"] === "4");

    const [node] = nodes.filter(({ name }) => name === "gpu-0");
    expect(node?.labels).toMatchObject({ "nvidia.com/device-plugin.config": "time-slicing-4" });
    expect(live.metadata.labels).toMatchObject({ ...labels, ...node?.labels });
    expect(valueAt(live["spec"], ["taints"])).toEqual([...(node?.taints ?? [])]);
  },
  WITHIN_MS,
);

test(
  "a GPU that is taken out loses its label, and the node keeps those of its pool",
  async () => {
    rmSync(join(folderOf("gpu-0"), "sys/bus/pci/devices/gpu"), { recursive: true });

    const { metadata } = await discovery.until(nodeOf("gpu-0"), (seen) => !found(seen));

    expect(metadata.labels).toMatchObject(nodes.find(({ name }) => name === "gpu-0")?.labels ?? {});
  },
  WITHIN_MS,
);

function found({ metadata: { labels = {} } }: KubeObject): boolean {
  return WITH_GPU.some((label) => labels[label] === "true");
}

async function startMaster(objects: readonly KubeObject[]): Promise<void> {
  const config = fileOf(objects, "nfd-master.conf", discovery.folder);
  const port = await freePort();
  discovery.start({
    name: "nfd-master",
    args: (kubeconfig) => ["-kubeconfig", kubeconfig, "-config", config, `-port=${port}`],
    env: () => ({ KUBERNETES_NAMESPACE: NAMESPACE, NODE_NAME: "cpu-0" }),
  });
}

async function startWorker(
  node: string,
  { devices, objects }: { readonly devices: readonly (keyof typeof DEVICES)[]; readonly objects: readonly KubeObject[] },
): Promise<void> {
  const folder = folderOf(node);
  for (const device of devices) writeFiles(join(folder, "sys/bus/pci/devices", device), DEVICES[device]);
  writeFiles(join(folder, FEATURES), {});
  writeFiles(join(folder, "etc"), { "os-release": 'ID=ubuntu\nVERSION_ID="24.04"\n' });
  const config = fileOf(objects, "nfd-worker.conf", folder);
  const port = await freePort();
  discovery.start({
    name: "nfd-worker",
    // There is no pod that could own the features; looks every second, not every minute.
    args: (kubeconfig) => [
      ...["-kubeconfig", kubeconfig, "-config", config, `-port=${port}`, "-owner-refs="],
      ...["-options", JSON.stringify({ core: { sleepInterval: "1s" } })],
    ],
    env: () => ({ KUBERNETES_NAMESPACE: NAMESPACE, NODE_NAME: node }),
    cwd: folder,
  });
}

/** Writes a file of a ConfigMap of the chart. */
function fileOf(objects: readonly KubeObject[], name: string, folder: string): string {
  const text = objects.map((object) => valueAt(object, ["data", name])).find((content) => content !== undefined);
  if (typeof text !== "string") throw new Error(`the chart has no ${name}`);
  writeFiles(folder, { [name]: text });
  return join(folder, name);
}

function folderOf(node: string): string {
  return join(discovery.folder, node);
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
