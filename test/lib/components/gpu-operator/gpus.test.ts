/** Who owns the software of GPUs, what pools then offer, and what their pods get. */

import type { staticPoolSchema } from "#lib/components/node-pools/schema";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { podSpecsOf } from "#lib/kube/pod-specs";
import type { PropsOf } from "#lib/kube/props";
import { problemsOf, released } from "../../../fixtures/platform";

const CONTEXT = { name: "test", cluster: { type: "context", context: "any" } } as const;
const TIME_SLICING = { type: "time-slicing", replicas: 4 } as const;

type Accelerators = NonNullable<PropsOf<typeof staticPoolSchema>["node"]["accelerators"]>;

const pool = (sharing?: Accelerators["sharing"], type: Accelerators["type"] = "nvidia-a100-40gb") =>
  ({
    type: "static",
    nodes: 2,
    node: { cpu: 32, memory: Size.gibibytes(256), accelerators: { type, count: 4, ...(sharing && { sharing }) } },
  }) as const;

const onKarpenter = (image: "al2023@v20261101" | "bottlerocket@v1.63.0") =>
  ({
    ...CONTEXT,
    nodePools: {
      gpu: { type: "karpenter-aws", instanceTypes: ["g6.xlarge"], limits: { cpu: 64, memory: Size.gibibytes(256), accelerators: 4 } },
    },
    karpenter: { clusterName: "any", interruptionQueue: "any", nodes: { image, identity: { type: "role", role: "any" } } },
  }) as const;

const warnings = (spec: EnvironmentSpec) => released(spec).problems.map(({ id }) => id);

const ids = (spec: EnvironmentSpec) => problemsOf(spec).map(({ id }) => id);

function manifest(spec: EnvironmentSpec, kind: string, name: string): KubeObject {
  const found = released(spec).objects.find((one) => one.manifest.kind === kind && one.manifest.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found.manifest;
}

const policy = (spec: EnvironmentSpec) => manifest(spec, "ClusterPolicy", "cluster-policy")["spec"];

describe("the owner of driver and device plugin", () => {
  test("is the operator unless told otherwise: it installs everything", () => {
    expect(policy({ ...CONTEXT, gpus: {} })).toMatchObject({
      operator: { runtimeClass: "nvidia" },
      driver: { enabled: true, repository: "nvcr.io/nvidia", image: "driver", version: "595.91.07" },
      toolkit: { enabled: true },
      devicePlugin: { enabled: true },
    });
  });

  test.each([
    ["al2023", { operator: { runtimeClass: "nvidia" }, toolkit: { enabled: false }, devicePlugin: { enabled: true } }],
    ["bottlerocket", { toolkit: { enabled: false }, devicePlugin: { enabled: false }, migManager: { enabled: false } }],
    ["aks", { operator: { runtimeClass: "nvidia-container-runtime" }, toolkit: { enabled: false }, devicePlugin: { enabled: true } }],
    [
      "gke",
      {
        hostPaths: { driverInstallDir: "/home/kubernetes/bin/nvidia" },
        toolkit: { enabled: true, installDir: "/home/kubernetes/bin/nvidia" },
      },
    ],
  ] as const)("is the image %s for what it brings", (image, expected) => {
    expect(policy({ ...CONTEXT, gpus: { software: { owner: "image", image } } })).toMatchObject({
      driver: { enabled: false },
      ...expected,
    });
  });

  test("is nobody where others have installed it", () => {
    expect(policy({ ...CONTEXT, gpus: { software: { owner: "nobody", runtimeClass: "other" } } })).toMatchObject({
      operator: { runtimeClass: "other" },
      driver: { enabled: false },
      toolkit: { enabled: false },
      devicePlugin: { enabled: false },
      dcgmExporter: { enabled: true },
    });
  });

  test("cannot be the operator on an image that has a driver, nor another image than that of the nodes", () => {
    expect(ids({ ...onKarpenter("bottlerocket@v1.63.0"), gpus: {} })).toContain("gpus.two-owners");
    expect(ids({ ...onKarpenter("bottlerocket@v1.63.0"), gpus: { software: { owner: "image", image: "gke" } } })).toContain(
      "gpus.other-image",
    );
  });

  test("makes the GPUs of AL2023 usable, which has no device plugin", () => {
    const nodes = onKarpenter("al2023@v20261101");

    expect(warnings(nodes)).toContain("karpenter.image-without-device-plugin");
    expect(warnings({ ...nodes, gpus: { software: { owner: "image", image: "al2023" } } })).toEqual([]);
  });
});

describe("a shared GPU", () => {
  const queue = (sharing: Accelerators["sharing"]) => {
    const spec = {
      ...CONTEXT,
      nodePools: { gpu: pool(sharing) },
      gpus: {},
      kueue: { queues: { all: { quotas: [{ pool: "gpu" }] } } },
    } as const;
    return valueAt(manifest(spec, "ClusterQueue", "all"), ["spec", "resourceGroups", "0", "flavors", "0", "resources", "2"]);
  };

  test.each([
    [undefined, { name: "nvidia.com/gpu", nominalQuota: "8" }],
    [TIME_SLICING, { name: "nvidia.com/gpu.shared", nominalQuota: "32" }],
    [
      { type: "mps", replicas: 2 },
      { name: "nvidia.com/gpu.shared", nominalQuota: "16" },
    ],
    [
      { type: "mig", profile: "1g.5gb" },
      { name: "nvidia.com/mig-1g.5gb", nominalQuota: "56" },
    ],
    [
      { type: "mig", profile: "3g.20gb" },
      { name: "nvidia.com/mig-3g.20gb", nominalQuota: "16" },
    ],
  ] as const)("changes the quota of queues: %j", (sharing, expected) => {
    expect(queue(sharing)).toEqual(expected);
  });

  test("needs labels of its nodes, and a file of the device plugin", () => {
    const spec = { ...CONTEXT, nodePools: { gpu: pool(TIME_SLICING), mig: pool({ type: "mig", profile: "1g.5gb" }) }, gpus: {} } as const;
    const nodes = released(spec).requires.flatMap(({ type, name }) => (type === "nodes" ? [name] : []));

    expect(nodes).toEqual([
      "beamstack-iac/node-pool=gpu,nvidia.com/device-plugin.config=time-slicing-4",
      "beamstack-iac/node-pool=mig,nvidia.com/mig.config=all-1g.5gb",
    ]);
    expect(manifest(spec, "ConfigMap", "device-plugin-config")["data"]).toEqual({
      unshared: "version: v1\n",
      "time-slicing-4": expect.stringContaining("replicas: 4"),
    });
  });

  test("is what a namespace may take at most", () => {
    expect(manifest({ ...CONTEXT, nodePools: { gpu: pool(TIME_SLICING) }, gpus: {} }, "ResourceQuota", "quota")["spec"]).toMatchObject({
      hard: { "requests.nvidia.com/gpu": "0", "requests.nvidia.com/gpu.shared": "32" },
    });
  });

  test("takes only MIG profiles of its model, and is refused where the device plugin is somebody else's", () => {
    expect(ids({ ...CONTEXT, nodePools: { gpu: pool({ type: "mig", profile: "1g.10gb" }, "nvidia-h200-141gb") } })).toContain(
      "node-pools.mig-profile",
    );
    expect(ids({ ...CONTEXT, nodePools: { gpu: pool({ type: "mig", profile: "1g.10gb" }, "nvidia-l4") } })).toContain(
      "node-pools.mig-profile",
    );
    expect(ids({ ...CONTEXT, nodePools: { gpu: pool(TIME_SLICING, "amd-mi300x") } })).toContain("node-pools.sharing-without-gpu");
    expect(
      ids({ ...CONTEXT, nodePools: { gpu: pool(TIME_SLICING) }, gpus: { software: { owner: "image", image: "bottlerocket" } } }),
    ).toContain("gpus.sharing-without-device-plugin");
  });
});

describe("a shared GPU on a node that Karpenter creates", () => {
  const AL2023 = { software: { owner: "image", image: "al2023" } } as const;
  const shared = (sharing: NonNullable<Accelerators["sharing"]>, { nodeOverlays = true } = {}) => {
    const { karpenter, nodePools } = onKarpenter("al2023@v20261101");
    const limits = { cpu: 192, memory: Size.gibibytes(2_304), accelerators: 16 };
    const types = { mig: ["p4d.24xlarge"], "time-slicing": ["g6.xlarge", "g6.12xlarge"], mps: ["g6.xlarge"] } as const;
    return {
      ...CONTEXT,
      nodePools: { gpu: { ...nodePools.gpu, instanceTypes: types[sharing.type], limits, sharing } },
      karpenter: { ...karpenter, nodeOverlays },
      gpus: AL2023,
    } as const;
  };

  test("is told to Karpenter, for every number of GPUs, and to the device plugin by a label", () => {
    const spec = shared(TIME_SLICING);

    expect(manifest(spec, "NodeOverlay", "gpu-4")["spec"]).toEqual({
      requirements: [
        { key: "karpenter.sh/nodepool", operator: "In", values: ["gpu"] },
        { key: "node.kubernetes.io/instance-type", operator: "In", values: ["g6.12xlarge"] },
      ],
      capacity: { "nvidia.com/gpu.shared": "16", "nvidia.com/gpu": "0" },
    });
    expect(manifest(spec, "NodeOverlay", "gpu-1")["spec"]).toMatchObject({ capacity: { "nvidia.com/gpu.shared": "4" } });
    expect(manifest(spec, "NodePool", "gpu")["spec"]).toMatchObject({
      template: { metadata: { labels: { "nvidia.com/device-plugin.config": "time-slicing-4" } } },
      limits: { "nvidia.com/gpu.shared": "64" },
    });
    expect(manifest(spec, "ConfigMap", "device-plugin-config")["data"]).toHaveProperty("time-slicing-4");
    expect(released(spec).helmReleases.find(({ name }) => name === "karpenter")?.values).toMatchObject({
      settings: { featureGates: { nodeOverlay: true } },
    });
  });

  test("is a MIG slice of the profile, for which the node may restart", () => {
    const spec = shared({ type: "mig", profile: "1g.5gb" });

    expect(manifest(spec, "NodeOverlay", "gpu-8")["spec"]).toMatchObject({ capacity: { "nvidia.com/mig-1g.5gb": "56" } });
    expect(manifest(spec, "NodePool", "gpu")["spec"]).toMatchObject({
      template: { metadata: { labels: { "nvidia.com/mig.config": "all-1g.5gb" } } },
      limits: { "nvidia.com/mig-1g.5gb": "112" },
    });
    expect(policy(spec)).toMatchObject({ migManager: { env: [{ name: "WITH_REBOOT", value: "true" }] } });
  });

  test("is in the quota of queues, and in what pods may ask for", () => {
    const spec = { ...shared(TIME_SLICING), kueue: { queues: { all: { quotas: [{ pool: "gpu" }] } } } } as const;
    const flavor = valueAt(manifest(spec, "ClusterQueue", "all"), ["spec", "resourceGroups", "0", "flavors", "0", "resources", "2"]);
    const worker = (accelerators: number) =>
      ({ ...spec, ray: { clusters: { main: { workers: { gpu: { replicas: 1, accelerators, pool: "gpu" } } } } } }) as const;

    expect(flavor).toEqual({ name: "nvidia.com/gpu.shared", nominalQuota: "64" });
    expect(ids(worker(1))).toEqual([]);
    expect(ids(worker(2))).toEqual(["ray.pod-does-not-fit"]);
  });

  test("is refused where Karpenter counts whole GPUs, or nobody configures the device plugin", () => {
    const { gpus: _, ...alone } = shared(TIME_SLICING);

    expect(ids(shared(TIME_SLICING, { nodeOverlays: false }))).toEqual(["karpenter.sharing-without-node-overlays"]);
    expect(ids(alone)).toContain("node-pools.sharing-without-software");
    expect(ids({ ...shared(TIME_SLICING), ...onBottlerocket() })).toContain("gpus.sharing-without-device-plugin");
  });

  const onBottlerocket = () => {
    const { karpenter } = onKarpenter("bottlerocket@v1.63.0");
    const software = { owner: "image", image: "bottlerocket" } as const;
    return { karpenter: { ...karpenter, nodeOverlays: true }, gpus: { software } } as const;
  };
});

describe("a pod with GPUs", () => {
  const engines = (accelerators: number) =>
    ({
      ...CONTEXT,
      nodePools: { gpu: pool(TIME_SLICING) },
      gpus: {},
      flink: { clusters: { main: { taskManager: { pool: "gpu" }, worker: { gpus: accelerators } } } },
      ray: { clusters: { main: { workers: { gpu: { replicas: 1, accelerators, pool: "gpu" } } } } },
      spark: {
        applications: {
          pi: {
            main: { type: "python", file: "local:///opt/spark/examples/src/main/python/pi.py" },
            executor: { instances: 1, accelerators, pool: "gpu" },
          },
        },
      },
    }) as const;

  const gpuPods = (spec: EnvironmentSpec) =>
    released(spec).objects.flatMap(({ manifest: object }) =>
      podSpecsOf(object).flatMap(({ spec: pod }) =>
        JSON.stringify(pod).includes('"nvidia.com/gpu.shared"') ? [{ kind: object.kind, pod }] : [],
      ),
    );

  test("of every engine gets RuntimeClass, shared memory and toleration from its pool", () => {
    const pods = gpuPods(engines(1));

    expect(pods.map(({ kind }) => kind).sort()).toEqual(["FlinkDeployment", "RayCluster", "SparkApplication"]);
    for (const { pod } of pods) {
      expect(pod["runtimeClassName"]).toBe("nvidia");
      expect(JSON.stringify(pod)).toContain('"mountPath":"/dev/shm"');
    }
    const text = JSON.stringify(pods.map(({ kind }) => released(engines(1)).objects.filter((one) => one.manifest.kind === kind)));
    expect(text.match(/"key":"nvidia.com\/gpu","operator":"Exists"/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test("waits for the operator, which creates the RuntimeClass", () => {
    const { edges, requires } = released(engines(1));

    expect(edges).toContainEqual(
      expect.objectContaining({ from: "ray.io/RayCluster/ray/main", to: "nvidia.com/ClusterPolicy/cluster-policy" }),
    );
    expect(requires.filter(({ type }) => type === "runtime-class")).toEqual([]);
  });

  test("cannot ask for two shares: they would be no more than one", () => {
    expect(ids(engines(2))).toEqual(expect.arrayContaining(["flink.pod-does-not-fit", "ray.pod-does-not-fit", "spark.fits-no-machine"]));
  });

  test("cannot ask for a resource where GPUs are given by claims", () => {
    const spec = { ...engines(1), nodePools: { gpu: pool() }, gpus: { allocation: "dra" } } as const;

    expect(ids(spec)).toEqual(expect.arrayContaining(["spark.no-accelerators", "ray.pod-does-not-fit", "flink.pod-does-not-fit"]));
  });
});

describe("claims for pods that ask for a resource", () => {
  const CLAIMS = { allocation: "dra", extendedResource: true } as const;
  const everywhere = {
    ...CONTEXT,
    nodePools: { gpu: pool() },
    gpus: CLAIMS,
    kueue: { queues: { all: { quotas: [{ pool: "gpu" }] } } },
    ray: { clusters: { main: { queue: "all", head: { pool: "gpu" }, workers: { gpu: { replicas: 1, accelerators: 2, pool: "gpu" } } } } },
    jobset: {},
    trainer: { jobs: { llm: { framework: { type: "pytorch", program: ["/app/train.py"] }, accelerators: 2, pool: "gpu", queue: "all" } } },
    workspaces: { alice: { editor: { type: "code-server" }, token: secretRef("alice", "token"), accelerators: 1, pool: "gpu" } },
    certManager: {},
    kserve: { services: { iris: { runtime: { type: "custom", image: "registry.example.com/iris:1" }, accelerators: 1, pool: "gpu" } } },
    flink: { clusters: { main: { taskManager: { pool: "gpu", maxReplicas: 1 }, worker: { gpus: 1 } } } },
    spark: {
      applications: {
        pi: {
          main: { type: "python", file: "local:///opt/spark/examples/src/main/python/pi.py" },
          executor: { instances: 1, accelerators: 1, pool: "gpu" },
        },
      },
    },
  } as const;

  const KINDS = ["FlinkDeployment", "InferenceService", "RayCluster", "SparkApplication", "StatefulSet", "TrainingRuntime"];

  test("let every engine run on the pool: with shared memory, without a RuntimeClass, counted in quotas", () => {
    const { objects } = released(everywhere);
    const pods = objects.flatMap(({ manifest: object }) =>
      podSpecsOf(object).flatMap(({ spec: pod }) =>
        /"nvidia.com\/gpu":"?\d/.test(JSON.stringify(pod)) ? [{ kind: object.kind, pod }] : [],
      ),
    );

    expect(pods.map(({ kind }) => kind).sort()).toEqual(KINDS);
    for (const { pod } of pods) {
      expect(pod["runtimeClassName"]).toBeUndefined();
      expect(JSON.stringify(pod)).toContain('"mountPath":"/dev/shm"');
    }
    expect(valueAt(manifest(everywhere, "ClusterQueue", "all"), ["spec", "resourceGroups", "0", "flavors", "0", "resources", "2"])).toEqual(
      {
        name: "nvidia.com/gpu",
        nominalQuota: "8",
      },
    );
  });

  test("come from a class of that resource, which needs a feature gate", () => {
    expect(manifest(everywhere, "DeviceClass", "beamstack-gpu")["spec"]).toMatchObject({ extendedResourceName: "nvidia.com/gpu" });
    expect(released(everywhere).requires).toContainEqual(expect.objectContaining({ type: "feature-gate", name: "DRAExtendedResource" }));
    expect(released({ ...CONTEXT, gpus: { allocation: "dra" } }).objects.map(({ manifest: { kind } }) => kind)).not.toContain(
      "DeviceClass",
    );
  });

  test("are not for nodes that are created on demand, which would never be ready", () => {
    const nodes = onKarpenter("al2023@v20261101");
    const software = { owner: "image", image: "al2023" } as const;

    expect(ids({ ...nodes, gpus: { ...CLAIMS, software } })).toContain("gpus.extended-resource-on-demand");
    expect(ids({ ...nodes, gpus: { allocation: "dra", software } })).toEqual([]);
  });
});

test("claims exclude the device plugin: a GPUCluster takes the place of the ClusterPolicy, with a driver of its own", () => {
  const kinds = (spec: EnvironmentSpec) =>
    released(spec).objects.flatMap(({ manifest: { apiVersion, kind } }) => (apiVersion.startsWith("nvidia.com/") ? [kind] : []));

  expect(kinds({ ...CONTEXT, gpus: { allocation: "dra-with-compute-domains" } })).toEqual(["GPUCluster", "NVIDIADriver"]);
  expect(kinds({ ...CONTEXT, gpus: { allocation: "dra", software: { owner: "image", image: "gke" } } })).toEqual(["GPUCluster"]);
  expect(kinds({ ...CONTEXT, gpus: {} })).toEqual(["ClusterPolicy"]);
});

test("everything comes from the mirror, with the keys of the registry", () => {
  const { images, helmReleases } = released({
    ...CONTEXT,
    gpus: {},
    imageRegistry: "registry.example.com/mirror",
    imagePullSecrets: ["keys"],
  });

  expect(images.filter(({ image }) => !image.startsWith("registry.example.com/mirror/"))).toEqual([]);
  expect(images.map(({ image }) => image)).toContain("registry.example.com/mirror/nvidia/k8s/dcgm-exporter:4.6.0-4.8.3-distroless");
  expect(helmReleases[0]?.values).toMatchObject({
    operator: { imagePullSecrets: ["keys"] },
    "node-feature-discovery": { imagePullSecrets: [{ name: "keys" }] },
  });
});
