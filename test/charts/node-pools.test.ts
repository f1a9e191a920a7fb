/** Node pools of an environment. */

import { createPlatform } from "#charts/platform";
import { Size } from "#lib/core/size";
import { defineEnvironment, type EnvironmentSpec } from "#lib/environment/spec";
import { places, problemsOf, released } from "../fixtures/platform";

const cluster = { type: "embedded" } as const;
const nodes = { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } as const;
const storage = Size.gibibytes(10);
const small = { type: "static", nodes: 1, node: { cpu: 4, memory: Size.gibibytes(8) } } as const;

function problems(spec: EnvironmentSpec) {
  return problemsOf(spec).map(({ id, path, fix }) => ({ id, path, fix }));
}

const withPool = defineEnvironment({
  name: "test",
  cluster,
  karpenter: { clusterName: "test", nodes },
  nodePools: { general: { type: "karpenter-aws", instanceTypes: ["m7i.2xlarge"], limits: { cpu: 64, memory: Size.gibibytes(256) } } },
  elasticsearch: { clusters: { rag: { nodeSets: { default: { count: 1, storage, pool: "general" } } } } },
});

test("creates nodes before what runs on them, and removes them after it", () => {
  const { edges, objects } = released(withPool);
  const level = new Map(objects.map((object) => [object.id, object.level]));
  const pool = "core/ConfigMap/beamstack-system/node-pool-general";

  expect(edges).toContainEqual(expect.objectContaining({ from: "elasticsearch.k8s.elastic.co/Elasticsearch/elasticsearch/rag", to: pool }));
  expect(level.get(pool)).toBeGreaterThan(level.get("karpenter.sh/NodePool/general") ?? Number.POSITIVE_INFINITY);
});

test("refuses a pool of Karpenter in an environment without it", () => {
  const { karpenter: _, ...rest } = withPool;

  expect(problems(rest)).toEqual([expect.objectContaining({ id: "node-pools.no-provisioner", path: "nodePools.general" })]);
});

test("refuses a pool that is not declared, in types and in values", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    nodePools: { general: { type: "static", nodes: 1, node: { cpu: 8, memory: Size.gibibytes(32) } } },
    // @ts-expect-error no pool is called genral
    elasticsearch: { clusters: { rag: { nodeSets: { default: { count: 1, storage, pool: "genral" } } } } },
  });

  expect(problems(spec)).toEqual([
    {
      id: "environment.unknown-name",
      path: "elasticsearch.clusters.rag.nodeSets.default.pool",
      fix: "did you mean general?",
    },
  ]);
});

test("names the accelerator that was probably meant", () => {
  const node = { cpu: 8, memory: Size.gibibytes(32), accelerators: { type: "nvidia-l4s", count: 1 } };
  // @ts-expect-error no accelerator is called nvidia-l4s
  const spec = defineEnvironment({ name: "test", cluster, nodePools: { gpu: { type: "static", nodes: 1, node } } });

  expect(problems(spec)).toEqual([
    { id: "spec.wrong-value", path: "nodePools.gpu.node.accelerators.type", fix: 'did you mean "nvidia-l4"?' },
  ]);
});

test("refuses nodes that no machine holds, and more of them than there are machines", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    nodePools: { small: { type: "static", nodes: 2, node: { cpu: 2, memory: Size.gibibytes(8) } } },
    elasticsearch: {
      clusters: {
        big: { nodeSets: { default: { count: 1, storage, cpu: 4, pool: "small" } } },
        wide: { highAvailability: true, nodeSets: { default: { count: 3, storage, pool: "small" } } },
      },
    },
  });

  expect(problems(spec)).toEqual([
    expect.objectContaining({ id: "elasticsearch.fits-no-machine", path: "elasticsearch.clusters.big.nodeSets.default" }),
    expect.objectContaining({ id: "elasticsearch.too-few-machines", path: "elasticsearch.clusters.wide.nodeSets.default.count" }),
  ]);
});

test("refuses a TaskManager that no node of its pool can hold, workers included", () => {
  const fits = { taskManager: { pool: "small", cpu: 2, slots: 2 }, worker: { cpuPerSlot: 1 } } as const;
  const spec = (cpuPerSlot: number) =>
    defineEnvironment({ name: "test", cluster, nodePools: { small }, flink: { clusters: { main: { ...fits, worker: { cpuPerSlot } } } } });

  expect(places(spec(1))).toEqual([]);
  expect(places(spec(1.5))).toEqual([{ id: "flink.pod-does-not-fit", path: "flink.clusters.main.taskManager" }]);
});

test("refuses GPUs on a pool without any", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    nodePools: { small },
    flink: { clusters: { main: { taskManager: { pool: "small" }, worker: { gpus: 1 } } } },
  });

  expect(places(spec)).toEqual([{ id: "flink.pod-does-not-fit", path: "flink.clusters.main.taskManager" }]);
});

test("takes the former name of a static pool, and says what to write", () => {
  const resolved = (type: "static" | "plain") =>
    createPlatform().resolve({ name: "test", cluster, nodePools: { small: { ...small, type } } });

  expect(resolved("plain")).toMatchObject({
    ok: true,
    value: { release: { problems: [{ id: "node-pools.former-type", path: "nodePools.small.type", severity: "warning" }] } },
  });
  expect(resolved("static")).toMatchObject({ ok: true, warnings: [] });
});

const limits = { cpu: 96, memory: Size.gibibytes(1024) };

/** One environment for each cloud, with a CPU pool and a GPU pool. */
const clouds = {
  azure: defineEnvironment({
    name: "azure",
    cluster,
    karpenterAzure: { imageFamily: "AzureLinux", gpuDriver: "none" },
    nodePools: {
      general: {
        type: "karpenter-azure",
        instanceTypes: ["Standard_D4ps_v5", "Standard_D8ps_v5"],
        capacityTypes: ["spot", "on-demand"],
        limits,
      },
      gpu: { type: "karpenter-azure", instanceTypes: ["Standard_NC24ads_A100_v4"], limits: { ...limits, accelerators: 4 } },
    },
  }),
  gcp: defineEnvironment({
    name: "gcp",
    cluster,
    karpenterGcp: {
      project: "ml-team",
      location: "europe-west4",
      clusterName: "prod",
      controllerAccount: "karpenter@team.iam.gserviceaccount.com",
      nodes: {
        image: { type: "container-optimized-os", version: "125.19216.104.126" },
        serviceAccount: "nodes@team.iam.gserviceaccount.com",
      },
    },
    nodePools: {
      general: { type: "karpenter-gcp", instanceTypes: ["c4a-standard-8"], diskType: "hyperdisk-balanced", limits },
      gpu: { type: "karpenter-gcp", instanceTypes: ["g2-standard-8"], limits: { ...limits, accelerators: 4 } },
    },
  }),
};

test.each([
  ["azure", { group: "karpenter.azure.com", kind: "AKSNodeClass" }],
  ["gcp", { group: "karpenter.k8s.gcp", kind: "GCENodeClass" }],
] as const)("makes node pool and node class of each pool in %s", (cloud, nodeClass) => {
  const { objects } = released(clouds[cloud]);
  const specs = objects.filter(({ manifest }) => manifest.kind === "NodePool").map(({ manifest }) => manifest["spec"]);

  expect(objects.filter(({ manifest }) => manifest.kind === nodeClass.kind)).toHaveLength(2);
  expect(specs).toMatchObject([
    { template: { spec: { nodeClassRef: { ...nodeClass, name: "general" } } } },
    {
      limits: { "nvidia.com/gpu": "4" },
      template: {
        metadata: { labels: { "beamstack-iac/node-pool": "gpu" } },
        spec: { nodeClassRef: { ...nodeClass, name: "gpu" }, taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] },
      },
    },
  ]);
});

test("asks Karpenter for the architecture of Arm types", () => {
  const { objects } = released(clouds.azure);
  const general = objects.find(({ id }) => id === "karpenter.sh/NodePool/general")?.manifest["spec"];

  expect(general).toMatchObject({
    template: { spec: { requirements: expect.arrayContaining([{ key: "kubernetes.io/arch", operator: "In", values: ["arm64"] }]) } },
  });
});

test("refuses a pool of one cloud in an environment with Karpenter on another", () => {
  const { nodePools } = clouds.gcp;

  expect(problems({ ...clouds.azure, nodePools })).toEqual([
    expect.objectContaining({ id: "node-pools.no-provisioner", path: "nodePools.general", fix: expect.stringContaining("karpenterGcp") }),
    expect.objectContaining({ id: "node-pools.no-provisioner", path: "nodePools.gpu" }),
  ]);
});

test("makes a rule of a compute class for each purchase option, in order, and sends pods to the class", () => {
  const { objects } = released({
    name: "gke",
    cluster,
    gkeComputeClass: { serviceAccount: "nodes@team.iam.gserviceaccount.com" },
    nodePools: {
      training: {
        type: "gke-compute-class",
        instanceTypes: ["a3-highgpu-8g"],
        capacityTypes: ["reserved", "spot"],
        reservations: [{ name: "h100" }],
        diskType: "pd-ssd",
        zones: ["europe-west4-a"],
        limits: { cpu: 208, memory: Size.gibibytes(1872), accelerators: 8 },
      },
    },
  });
  const spec = objects.find(({ manifest }) => manifest.kind === "ComputeClass")?.manifest["spec"];
  const gpu = { type: "nvidia-h100-80gb", count: 8, driverVersion: "default" };

  // GKE refuses `location.zones` beside a specific reservation.
  expect(spec).toMatchObject({
    priorities: [
      {
        machineType: "a3-highgpu-8g",
        gpu,
        reservations: { affinity: "Specific", specific: [{ name: "h100", zones: ["europe-west4-a"] }] },
      },
      { machineType: "a3-highgpu-8g", gpu, spot: true, location: { zones: ["europe-west4-a"] } },
    ],
    whenUnsatisfiable: "DoNotScaleUp",
  });
  expect(spec).not.toMatchObject({ priorities: [{ location: expect.anything() }, {}] });
});

const template = { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "Metal3MachineTemplate", name: "gpu" };
const bootstrap = { apiGroup: "bootstrap.cluster.x-k8s.io", kind: "KubeadmConfigTemplate", name: "gpu" };

test("tells cluster-autoscaler the bounds of a pool of Cluster API, and what a node of it offers", () => {
  const { objects } = released({
    name: "site",
    cluster,
    clusterApi: { cluster: "site", namespace: "capi-site", version: "v1.34.2" },
    nodePools: {
      gpu: {
        type: "cluster-api",
        nodes: { min: 0, max: 4 },
        node: { cpu: 62, memory: Size.gibibytes(500), accelerators: { type: "nvidia-h100-80gb", count: 8 } },
        infrastructure: template,
        bootstrap,
      },
    },
  });
  const deployment = objects.find(({ id }) => id === "cluster.x-k8s.io/MachineDeployment/capi-site/gpu")?.manifest;

  expect(deployment?.metadata.annotations).toMatchObject({
    "cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size": "0",
    "cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size": "4",
    "capacity.cluster-autoscaler.kubernetes.io/cpu": "62",
    "capacity.cluster-autoscaler.kubernetes.io/gpu-type": "nvidia.com/gpu",
    "capacity.cluster-autoscaler.kubernetes.io/gpu-count": "8",
    "capacity.cluster-autoscaler.kubernetes.io/taints": "nvidia.com/gpu=present:NoSchedule",
  });
  // The autoscaler owns the number.
  expect(deployment?.["spec"]).not.toHaveProperty("replicas");
});

test.each([
  [{ owner: "operator" }, "None", "disabled"],
  [{ owner: "image", image: "aks" }, "Driver", "default"],
] as const)("lets the owner of the GPUs' software decide who installs their driver: %j", (software, azure, gcp) => {
  const spec = (environment: EnvironmentSpec, kind: string) =>
    released({ ...environment, gpus: { software } }).objects.find(({ id, manifest }) => manifest.kind === kind && id.endsWith("/gpu"))
      ?.manifest["spec"];

  expect(spec({ ...clouds.azure, karpenterAzure: {} }, "AKSNodeClass")).toMatchObject({ gpu: { mode: azure } });
  expect(spec(clouds.gcp, "GCENodeClass")).toMatchObject({ gpuDriverVersion: gcp });
});
