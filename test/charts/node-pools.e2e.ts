/** Pools, namespaces and Elasticsearch of an environment on a real API server, with a real scheduler and simulated operators. */

import { createPlatform } from "#charts/platform";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import type { KubeObject } from "#lib/kube/object";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { applyRelease, applyStrictly, until } from "../fixtures/apply-release";
import { withControlPlane } from "../fixtures/control-plane";

/** Longer than anything here takes. */
const WITHIN_MS = 120_000;

const spec = defineEnvironment({
  name: "compute",
  cluster: { type: "embedded" },
  namespaces: { lab: { quota: { gpus: 2 } } },
  nodePools: {
    general: { type: "static", nodes: 3, node: { cpu: 8, memory: Size.gibibytes(32) } },
    gpu: {
      type: "karpenter-aws",
      instanceTypes: ["g6.12xlarge"],
      limits: { cpu: 48, memory: Size.gibibytes(192), accelerators: 4 },
    },
  },
  karpenter: { clusterName: "compute", nodes: { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } },
  elasticsearch: {
    clusters: {
      rag: { highAvailability: true, nodeSets: { default: { count: 3, storage: Size.gibibytes(10), pool: "general" } } },
    },
  },
});

const { release, nodes } = unwrap(createPlatform().resolve(spec));
const controlPlane = withControlPlane(nodes);
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await applyRelease(client, release.objects);
}, WITHIN_MS);

afterAll(() => client.close());

function pod(name: string, extra: { readonly gpus?: number; readonly spec?: Record<string, JsonValue> }): KubeObject {
  const resources = extra.gpus ? { requests: { "nvidia.com/gpu": `${extra.gpus}` }, limits: { "nvidia.com/gpu": `${extra.gpus}` } } : {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "lab" },
    spec: {
      securityContext: restrictedPodSecurity(),
      containers: [{ name: "main", image: "example.com/main:1", securityContext: restrictedContainerSecurity(), resources }],
      ...extra.spec,
    },
  };
}

const scheduled = (status: "True" | "False") => (found: KubeObject) => {
  const conditions = valueAt(found, ["status", "conditions"]);
  return (
    Array.isArray(conditions) && conditions.some((one) => valueAt(one, ["type"]) === "PodScheduled" && valueAt(one, ["status"]) === status)
  );
};

const gpuPlacement = {
  nodeSelector: { "beamstack-iac/node-pool": "gpu" },
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
};

test.each([
  ["karpenter.k8s.aws/v1", "EC2NodeClass", "gpu"],
  ["karpenter.sh/v1", "NodePool", "gpu"],
])("%s %s becomes ready", async (apiVersion, kind, name) => {
  const ready = await until(client, { apiVersion, kind, metadata: { name } }, (found) =>
    JSON.stringify(valueAt(found, ["status", "conditions"]) ?? null).includes('"Ready"'),
  );

  expect(valueAt(ready, ["status", "conditions"])).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
});

test("Elasticsearch becomes ready", async () => {
  const object = {
    apiVersion: "elasticsearch.k8s.elastic.co/v1",
    kind: "Elasticsearch",
    metadata: { name: "rag", namespace: "elasticsearch" },
  };

  const ready = await until(client, object, (found) => valueAt(found, ["status", "phase"]) === "Ready");

  expect(valueAt(ready, ["status", "health"])).toBe("green");
});

test("a pod of the GPU pool runs on a node of that pool", async () => {
  const object = pod("trainer", { gpus: 1, spec: gpuPlacement });
  await applyStrictly(client, object);

  const placed = await until(client, object, scheduled("True"));

  expect(valueAt(placed, ["spec", "nodeName"])).toBe("gpu-0");
});

test("a pod without a pool stays off GPU nodes, and gets the namespace's defaults", async () => {
  const object = pod("plain", {});
  await applyStrictly(client, object);

  const placed = await until(client, object, scheduled("True"));

  expect(valueAt(placed, ["spec", "nodeName"])).toMatch(/^general-/);
  expect(valueAt(placed, ["spec", "containers", 0, "resources"])).toEqual({
    requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "256Mi" },
    limits: { memory: "1Gi", "ephemeral-storage": "8Gi" },
  });
});

test("a GPU ask beyond the namespace's quota is refused", async () => {
  await expect(applyStrictly(client, pod("greedy", { gpus: 3, spec: gpuPlacement }))).rejects.toThrow(/exceeded quota.*nvidia.com\/gpu/);
});

test("a privileged pod is refused", async () => {
  const privileged = { containers: [{ name: "main", image: "example.com/main:1", securityContext: { privileged: true } }] };

  await expect(applyStrictly(client, pod("privileged", { spec: privileged }))).rejects.toThrow(/violates PodSecurity "restricted:v1.34"/);
});
