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
