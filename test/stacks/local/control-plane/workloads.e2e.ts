/** What the real scheduler and controllers make of workloads on simulated nodes. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import type { SimulatedNode } from "#stacks/local/control-plane/nodes";
import { startControlPlane } from "#stacks/local/control-plane/start";
import { withControlPlane } from "../../../fixtures/control-plane";

const CPU: SimulatedNode = { name: "cpu-1", labels: { pool: "cpu" }, taints: [], capacity: { cpu: "16", memory: "64Gi", pods: "110" } };
const GPU: SimulatedNode = {
  name: "gpu-1",
  labels: { pool: "gpu", "nvidia.com/gpu.product": "NVIDIA-H100" },
  taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
  capacity: { cpu: "96", memory: "1Ti", pods: "110", "nvidia.com/gpu": "8" },
};

/** Longer than anything here takes, the namespace controller's pause of 15 s included. */
const WITHIN_MS = 90_000;

const controlPlane = withControlPlane([CPU, GPU]);
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "work" } });
});

afterAll(() => client.close());

async function apply(object: KubeObject): Promise<void> {
  await client.apply(object, { fieldManager: "test" });
}

/** Follows a kind until what is there satisfies `wanted`. */
async function eventually(
  kind: string,
  apiVersion: string,
  wanted: (objects: readonly KubeObject[]) => boolean,
): Promise<readonly KubeObject[]> {
  const seen = new Map<string, KubeObject>();
  const signal = AbortSignal.timeout(WITHIN_MS);
  const query = { apiVersion, kind };
  const { items, resourceVersion } = await client.listAt(query);
  for (const object of items) seen.set(object.metadata.name, object);
  if (wanted([...seen.values()])) return [...seen.values()];
  for await (const { type, object } of client.watch(query, { resourceVersion, signal })) {
    if (type === "DELETED") seen.delete(object.metadata.name);
    else seen.set(object.metadata.name, object);
    if (wanted([...seen.values()])) return [...seen.values()];
  }
  throw new Error("the watch ended");
}

function pods(name: string, objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.filter(({ metadata }) => metadata.labels?.["app"] === name);
}

function phases(objects: readonly KubeObject[]): readonly JsonValue[] {
  return objects.map((pod) => valueAt(pod, ["status", "phase"]) ?? "").sort();
}

function condition(object: KubeObject | undefined, type: string): JsonObject | undefined {
  const conditions = valueAt(object, ["status", "conditions"]);
  return Array.isArray(conditions) ? conditions.filter(isJsonObject).find((found) => found["type"] === type) : undefined;
}

function deployment(name: string, replicas: number, podSpec: JsonObject, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "work" },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name }, annotations }, spec: podSpec },
    },
  };
}

function job(name: string, annotations: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: "work" },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox:1" }] },
      },
    },
  };
}

const PLAIN = { containers: [{ name: "main", image: "busybox:1" }] };

test("the server says which Kubernetes it is", async () => {
  expect(await client.version()).toBe("v1.34.2");
});

test("a node has the labels, taints and capacity of its pool", async () => {
  const [node] = await client.list({ apiVersion: "v1", kind: "Node", labelSelector: "pool=gpu" });

  expect(node?.metadata.name).toBe("gpu-1");
  expect(valueAt(node, ["spec", "taints"])).toEqual([{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }]);
  expect(valueAt(node, ["status", "allocatable"])).toEqual({ cpu: "96", memory: "1Ti", pods: "110", "nvidia.com/gpu": "8" });
});

test("three pods of four GPUs each on one node of eight: two run, one is refused with the reason", async () => {
  const resources = { limits: { "nvidia.com/gpu": "4" } };
  const tolerations = [{ key: "nvidia.com/gpu", operator: "Exists" }];
  await apply(deployment("gpus", 3, { tolerations, containers: [{ name: "main", image: "busybox:1", resources }] }));

  const refused = (pod: KubeObject): boolean => condition(pod, "PodScheduled")?.["reason"] === "Unschedulable";
  const settled = await eventually("Pod", "v1", (objects) => {
    const mine = pods("gpus", objects);
    return phases(mine).join() === "Pending,Running,Running" && mine.some(refused);
  });

  expect(condition(settled.find(refused), "PodScheduled")?.["message"]).toMatch(/Insufficient nvidia\.com\/gpu/);
});

test("a pod that does not tolerate the taint stays off the GPU node", async () => {
  await apply(deployment("untolerating", 1, { ...PLAIN, nodeSelector: { pool: "gpu" } }));

  const refused = (pod: KubeObject): boolean => /untolerated taint/.test(String(condition(pod, "PodScheduled")?.["message"]));
  await eventually("Pod", "v1", (objects) => pods("untolerating", objects).some(refused));
});

test("a claim is bound, and a stateful set runs on its claims", async () => {
  const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  await apply({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "alone", namespace: "work" }, spec: claim });
  await apply({
    ...deployment("stateful", 2, PLAIN),
    kind: "StatefulSet",
    spec: {
      serviceName: "stateful",
      replicas: 2,
      selector: { matchLabels: { app: "stateful" } },
      template: { metadata: { labels: { app: "stateful" } }, spec: PLAIN },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
    },
  });

  await eventually("StatefulSet", "apps/v1", ([set]) => valueAt(set, ["status", "readyReplicas"]) === 2);
  const claims = await eventually(
    "PersistentVolumeClaim",
    "v1",
    (found) => found.length === 3 && phases(found).every((phase) => phase === "Bound"),
  );
  expect(claims.map(({ metadata }) => metadata.name).sort()).toEqual(["alone", "data-stateful-0", "data-stateful-1"]);
});

test("a deployment with init containers and a sidecar becomes available", async () => {
  const initContainers = [
    { name: "first", image: "busybox:1" },
    { name: "sidecar", image: "busybox:1", restartPolicy: "Always" },
  ];
  await apply(deployment("sidecars", 2, { ...PLAIN, initContainers }));

  await eventually("Deployment", "apps/v1", (found) =>
    found.some((object) => object.metadata.name === "sidecars" && condition(object, "Available")?.["status"] === "True"),
  );
});

test("a job completes", async () => {
  await apply(job("good", {}));

  await eventually("Job", "batch/v1", (jobs) =>
    jobs.some((found) => found.metadata.name === "good" && condition(found, "Complete")?.["status"] === "True"),
  );
});

test("a job whose pods are marked as failing fails", async () => {
  await apply(job("bad", { "beamstack-iac/simulate": "failed" }));

  await eventually("Job", "batch/v1", (jobs) =>
    jobs.some((found) => found.metadata.name === "bad" && condition(found, "Failed")?.["status"] === "True"),
  );
});

test("a deployment whose pods are marked as failing crashes and never becomes available", async () => {
  await apply(deployment("crashing", 1, PLAIN, { "beamstack-iac/simulate": "failed" }));

  const [pod] = pods(
    "crashing",
    await eventually("Pod", "v1", (objects) =>
      pods("crashing", objects).some((found) => condition(found, "Ready")?.["status"] === "False"),
    ),
  );
  expect(valueAt(pod, ["status", "containerStatuses", 0, "state", "waiting", "reason"])).toBe("CrashLoopBackOff");
});

test("load balancers and ingresses get an address", async () => {
  await apply({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "front", namespace: "work" },
    spec: { type: "LoadBalancer", selector: { app: "sidecars" }, ports: [{ port: 80 }] },
  });
  const backend = { service: { name: "front", port: { number: 80 } } };
  await apply({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "front", namespace: "work" },
    spec: { defaultBackend: backend },
  });

  const addressed = (objects: readonly KubeObject[]): boolean =>
    objects.some((object) => valueAt(object, ["status", "loadBalancer", "ingress", 0, "ip"]) === "10.0.0.1");
  await eventually("Service", "v1", addressed);
  await eventually("Ingress", "networking.k8s.io/v1", addressed);
});

test("a namespace with the restricted level refuses a privileged pod", async () => {
  await apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "strict", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  });
  const spec = { containers: [{ name: "main", image: "busybox:1", securityContext: { privileged: true } }] };

  await expect(apply({ apiVersion: "v1", kind: "Pod", metadata: { name: "bad", namespace: "strict" }, spec })).rejects.toThrow(
    /violates PodSecurity/,
  );
});

test("a start with other pools adds, changes and removes nodes, and their pods move", async () => {
  const bigger: SimulatedNode = { ...GPU, labels: { pool: "gpu" }, taints: [], capacity: { ...GPU.capacity, "nvidia.com/gpu": "16" } };
  const more: SimulatedNode = { ...CPU, name: "cpu-2" };
  await startControlPlane({ name: controlPlane.name, home: controlPlane.home, nodes: [more, bigger] });

  const nodes = await client.list({ apiVersion: "v1", kind: "Node" });
  expect(nodes.map(({ metadata }) => metadata.name).sort()).toEqual(["cpu-2", "gpu-1"]);
  const gpu = nodes.find(({ metadata }) => metadata.name === "gpu-1");
  expect(gpu?.metadata.labels).not.toHaveProperty(["nvidia.com/gpu.product"]);
  expect(valueAt(gpu, ["spec", "taints"])).toBeUndefined();
  await eventually("Pod", "v1", (objects) => phases(pods("gpus", objects)).join() === "Running,Running,Running");
  await eventually("Pod", "v1", (objects) => objects.every((pod) => valueAt(pod, ["spec", "nodeName"]) !== "cpu-1"));
});

test("a deleted pod waits for the finalizers that others set, as on a real cluster", async () => {
  const finalizers = ["example.com/held"];
  await apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "held", namespace: "work", labels: { app: "held" }, finalizers },
    spec: PLAIN,
  });
  await eventually("Pod", "v1", (objects) => phases(pods("held", objects)).join() === "Running");
  const held = { apiVersion: "v1", kind: "Pod", name: "held", namespace: "work" };

  await client.delete(held);
  await eventually("Pod", "v1", (objects) => pods("held", objects).some(({ metadata }) => metadata["deletionTimestamp"] !== undefined));
  await client.patch(held, { type: "merge", body: { metadata: { finalizers: null } } });

  await eventually("Pod", "v1", (objects) => pods("held", objects).length === 0);
});

test("a deleted namespace goes away with its pods, claims and jobs", async () => {
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: "work" });

  await eventually("Namespace", "v1", (found) => found.every(({ metadata }) => metadata.name !== "work"));
  await eventually("PersistentVolume", "v1", (found) => found.length === 0);
});
