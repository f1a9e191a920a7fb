/** How many accelerators a Flink cluster can come to need, by its props and by its finished object. */

import { checkRelease } from "#lib/checks/index";
import type { FlinkClusterProps } from "#lib/components/flink/index";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { problemsOf } from "../../fixtures/platform";
import { cluster, gpuPod, podSpec, production, release } from "./good";

type TaskManager = Omit<NonNullable<FlinkClusterProps["taskManager"]>, "pool">;

/** A cluster on a pool of 8 GPUs, 4 on a node. */
function asked(taskManager: TaskManager, gpus: number): string | undefined {
  const node = { cpu: 64, memory: Size.gibibytes(256), accelerators: { type: "nvidia-l4", count: 4 } } as const;
  const main = { taskManager: { ...taskManager, pool: "gpu" }, worker: { gpus } };
  const spec = {
    name: "test",
    cluster: { type: "embedded" },
    nodePools: { gpu: { type: "static", nodes: 2, node } },
    flink: { clusters: { main } },
  } as const;
  return problemsOf(spec).find(({ id }) => id === "checks.gpu-budget")?.got;
}

test.each<readonly [string, TaskManager, number, string | undefined]>([
  ["the pods it may grow to", { maxReplicas: 9 }, 1, "9 nvidia.com/gpu"],
  ["each pod's own share", { maxReplicas: 3 }, 3, "9 nvidia.com/gpu"],
  ["pods, not slots", { maxReplicas: 8, slots: 4 }, 1, undefined],
  ["the pods it keeps, too", { replicas: 5, maxReplicas: 5 }, 2, "10 nvidia.com/gpu"],
  ["four pods where nothing is said", {}, 2, undefined],
  ["four pods where nothing is said, of all GPUs of a node", {}, 4, "16 nvidia.com/gpu"],
])("a cluster asks for %s", (_what, taskManager, gpus, got) => {
  if (got === undefined) expect(asked(taskManager, gpus)).toBeUndefined();
  else expect(asked(taskManager, gpus)).toContain(got);
});

const SLOTS = "taskmanager.numberOfTaskSlots";

test.each<readonly [string, JsonObject, JsonObject, number | undefined]>([
  ["as many pods as there may be slots for", { [SLOTS]: "2", "slotmanager.number-of-slots.max": "18" }, {}, 9],
  ["no pod for whose slots there is no room", { [SLOTS]: "4", "slotmanager.number-of-slots.max": "39" }, {}, 9],
  ["the slots it keeps, where there is no limit", { [SLOTS]: "4", "slotmanager.number-of-slots.min": "33" }, {}, 9],
  ["what its one job runs side by side", { [SLOTS]: "2" }, { job: { parallelism: 17 } }, 9],
  ["no more than its limit for a job that wants more", { "slotmanager.number-of-slots.max": "9" }, { job: { parallelism: 17 } }, 9],
  ["one pod where nothing is known", {}, {}, undefined],
  ["one pod where a number is none", { "slotmanager.number-of-slots.max": "many" }, {}, undefined],
])("a FlinkDeployment asks for %s", (_what, flinkConfiguration, more, gpus) => {
  const taskManager = { podTemplate: { spec: podSpec(gpuPod(1)) } };
  const problems = checkRelease(release(cluster({ flinkConfiguration, taskManager, ...more })), production);

  const [found] = problems.filter(({ id }) => id === "checks.gpu-budget");
  expect(found?.got).toEqual(gpus === undefined ? undefined : expect.stringContaining(`${gpus} nvidia.com/gpu asked for`));
});

test("the JobManager is no TaskManager", () => {
  const flinkConfiguration = { "slotmanager.number-of-slots.max": "9" };
  const jobManager = { podTemplate: { spec: podSpec(gpuPod(1)) } };

  const problems = checkRelease(release(cluster({ flinkConfiguration, jobManager, taskManager: {} })), production);

  expect(problems.filter(({ id }) => id === "checks.gpu-budget")).toEqual([]);
});

test("a pod asks for one share of a GPU: a second one would be no more", () => {
  const pools = production.pools.map((pool) => ({ ...pool, shapes: pool.shapes.map((shape) => ({ ...shape, acceleratorsPerPod: 1 })) }));
  const found = (gpus: number) => {
    const taskManager = { podTemplate: { spec: podSpec(gpuPod(gpus)) } };
    return checkRelease(release(cluster({ taskManager })), { ...production, pools }).filter(({ id }) => id === "checks.gpu-budget");
  };

  expect(found(1)).toEqual([]);
  expect(found(2)[0]?.allowed).toContain("1 in one pod");
});
