/** Queues of an environment. */

import fc from "fast-check";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";
import { places, problemsOf, released } from "../../../fixtures/platform";

const gpus = {
  type: "static",
  nodes: 2,
  node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 4 } },
} as const;
const base = {
  name: "test",
  cluster: { type: "embedded" },
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } }, gpu: gpus },
} as const;
const half = { cpu: 16, memory: Size.gibibytes(64) } as const;

/** Specs of the objects of a kind, by name. */
function specs(environment: Parameters<typeof released>[0], kind: string) {
  const found = released(environment).objects.filter(({ manifest }) => manifest.kind === kind);
  return Object.fromEntries(found.map(({ manifest }) => [manifest.metadata.name, manifest["spec"]]));
}

test("makes a flavor of each pool, with what its pods need, and gives a quota without amounts the whole pool", () => {
  const environment = defineEnvironment({ ...base, kueue: { queues: { all: { quotas: [{ pool: "gpu" }, { pool: "cpu" }] } } } });

  expect(specs(environment, "ResourceFlavor")).toEqual({
    cpu: { nodeLabels: { "beamstack-iac/node-pool": "cpu" } },
    gpu: {
      nodeLabels: { "beamstack-iac/node-pool": "gpu" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    },
  });
  expect(specs(environment, "ClusterQueue")["all"]).toMatchObject({
    resourceGroups: [
      {
        coveredResources: ["cpu", "memory", "nvidia.com/gpu"],
        flavors: [
          { name: "gpu", resources: [{ nominalQuota: "64" }, { nominalQuota: "256Gi" }, { nominalQuota: "8" }] },
          { name: "cpu", resources: [{ nominalQuota: "32" }, { nominalQuota: "128Gi" }, { nominalQuota: "0" }] },
        ],
      },
    ],
  });
});

test("lets the old pod go first in the host's network, where a second one would not get the ports", () => {
  const network = { webhooks: "host" } as const;
  const environment = {
    ...base,
    cluster: { type: "context", context: "test" },
    network,
    kueue: { queues: { all: { quotas: [{ pool: "cpu" }] } } },
  } as const;
  const [chart] = released(defineEnvironment(environment)).helmReleases;

  expect(chart?.values["controllerManager"]).toMatchObject({
    hostNetwork: true,
    dnsPolicy: "ClusterFirstWithHostNet",
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  });
});

test("gives jobs the labels that Kueue writes into their pods, and turns topology-aware scheduling off without topologies", () => {
  const kueue = { queues: { all: { quotas: [{ pool: "cpu" }] } } } as const;
  const real = { ...base, cluster: { type: "context", context: "test" } } as const;
  const configured = (own: object) => JSON.stringify(released({ ...real, kueue: { ...kueue, ...own } }).helmReleases[0]?.values);
  const ray = { clusters: { main: { queue: "all", workers: { cpu: { pool: "cpu" } } } } } as const;
  const { main } = specs(defineEnvironment({ ...base, kueue, ray }), "RayCluster");

  expect(main).toMatchObject({
    headGroupSpec: { template: { metadata: { labels: { "kueue.x-k8s.io/podset": "head", "kueue.x-k8s.io/local-queue-name": "all" } } } },
    workerGroupSpecs: [{ template: { metadata: { labels: { "kueue.x-k8s.io/podset": "cpu" } } }, priority: 0, scaleStrategy: {} }],
  });
  expect(configured({})).toContain("TopologyAwareScheduling: false");
  expect(configured({ topologies: { racks: { levels: ["example.com/rack"], pools: ["cpu"] } } })).not.toContain("TopologyAwareScheduling");
});

test("opens a queue in the namespaces that it names, after the queue, after its flavors, after the controller", () => {
  const { objects } = released(
    defineEnvironment({ ...base, kueue: { queues: { all: { quotas: [{ pool: "cpu" }], namespaces: ["vision"] } } } }),
  );
  const level = (id: string) => objects.find((object) => object.id === id)?.level ?? Number.NaN;
  const order = [
    "apps/Deployment/kueue-system/kueue",
    "kueue.x-k8s.io/ResourceFlavor/cpu",
    "kueue.x-k8s.io/ClusterQueue/all",
    "kueue.x-k8s.io/LocalQueue/vision/all",
  ].map(level);

  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(new Set(order).size).toBe(order.length);
});

test("refuses what Kueue refuses, and what would have no effect", () => {
  const quotas = [{ pool: "cpu", ...half }];
  const kueue = {
    cohorts: { a: { parent: "b" }, b: { parent: "a" }, c: { weight: 2 } },
    queues: { one: { quotas, cohort: "d" }, two: { quotas, cohort: "a", weight: 3 } },
    topologies: {
      rack: { levels: ["kubernetes.io/hostname", "example.com/rack"], pools: ["cpu"] },
      zone: { levels: ["topology.kubernetes.io/zone"], pools: ["cpu"] },
    },
  };

  expect(places({ ...base, kueue })).toEqual([
    { id: "kueue.cohort-cycle", path: "kueue.cohorts.a.parent" },
    { id: "kueue.cohort-cycle", path: "kueue.cohorts.b.parent" },
    { id: "kueue.weight-without-effect", path: "kueue.cohorts.c.weight" },
    { id: "kueue.unknown-cohort", path: "kueue.queues.one.cohort" },
    { id: "kueue.weight-without-effect", path: "kueue.queues.two.weight" },
    { id: "kueue.topology-levels", path: "kueue.topologies.rack.levels[0]" },
    { id: "kueue.pool-in-two-topologies", path: "kueue.topologies.zone.pools" },
  ]);
});

test("accepts quotas that fit their pool together, and refuses more", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 32 }), { minLength: 1, maxLength: 6 }), (cpus) => {
      const queues = Object.fromEntries(
        cpus.map((cpu, index) => [`q${index}`, { quotas: [{ pool: "cpu", cpu, memory: Size.gibibytes(1) }] }]),
      );
      const found = problemsOf({ ...base, kueue: { queues } }).map(({ id }) => id);

      expect(found).toEqual(cpus.reduce((total, cpu) => total + cpu, 0) > 32 ? ["kueue.quota-exceeds-pool"] : []);
    }),
    { numRuns: 30 },
  );
});
