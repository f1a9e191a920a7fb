/**
 * Spark's executors and Flink's TaskManagers on GPUs that are given by claims: the real scheduler with the feature gate DRAExtendedResource, and the webhook of the Spark operator v2.5.2, which writes the resource into executors. Nodes
 * publish their GPUs as NVIDIA's driver does; the pods are made of our templates as Spark and Flink make them.
 *
 * @exercises spark
 */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/spark-operator/index";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { withFeatureGates } from "../fixtures/feature-gates";
import { released, simulatedNodes } from "../fixtures/platform";
import { eventually, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { SPARK_OPERATOR, startSparkWebhook } from "./spark-process";

const GPUS = 4;
const DRIVER = "gpu.nvidia.com";
/** A device that is not a part of one. */
const WHOLE = expect.stringMatching(/^gpu\.nvidia\.com\/gpu-\d$/);
const node = { cpu: 32, memory: Size.gibibytes(256), accelerators: { type: "nvidia-h100-80gb", count: GPUS } } as const;
const cluster = {
  name: "test",
  cluster: { type: "context", context: "test" },
  nodePools: { gpu: { type: "static", nodes: 1, node } },
} as const;
const release = released({
  ...cluster,
  gpus: { allocation: "dra", extendedResource: true },
  certManager: {},
  flink: { clusters: { main: { taskManager: { pool: "gpu", maxReplicas: 1 }, worker: { gpus: 1 } } } },
  spark: {
    applications: {
      train: {
        main: { type: "python", file: "local:///opt/spark/examples/src/main/python/pi.py" },
        executor: { instances: 1, accelerators: 2, pool: "gpu" },
      },
    },
  },
});
const named = (kind: string, name: string): KubeObject => {
  const found = release.objects.map(({ manifest }) => manifest).find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
};
const [application, flink] = [named("SparkApplication", "train"), named("FlinkDeployment", "main")];

withFeatureGates(["DRAExtendedResource"]);
// Nodes offer no resource: GPUs are in claims only.
const nodes = simulatedNodes({ ...cluster, gpus: { allocation: "dra" } });
const nodeName = nodes.find(({ name }) => name.startsWith("gpu-"))?.name ?? "";
const operators = withRealOperators([SPARK_OPERATOR], { nodes });

beforeAll(async () => {
  const client = operators.client();
  for (const definition of definitions()) await applyStrictly(client, definition);
  await startSparkWebhook(operators, release);
  for (const { manifest } of release.objects.filter((one) =>
    /^(Namespace|ServiceAccount|PriorityClass|DeviceClass)$/.test(one.manifest.kind),
  ))
    await client.apply(manifest, { fieldManager: "test" });
  await client.apply(slice(), { fieldManager: "test" });
  await client.apply(application, { fieldManager: "test" });
}, STARTED_WITHIN_MS);

test(
  "an executor of Spark gets its GPUs by a claim that the scheduler makes, from what the webhook writes into it",
  async () => {
    await created(executor("first"));

    const live = await operators.until(executor("first"), isPlaced);

    expect(valueAt(live, ["spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"])).toBe("2");
    expect(await devicesOf(live)).toEqual([WHOLE, WHOLE]);
  },
  WITHIN_MS,
);

test(
  "a TaskManager gets one for its worker, as its container asks for the resource",
  async () => {
    await created(taskManager("first"));

    const live = await operators.until(taskManager("first"), isPlaced);

    expect(await devicesOf(live)).toEqual([WHOLE]);
    const claimed = valueAt(live, ["status", "extendedResourceClaimStatus", "requestMappings"]);
    expect(claimed).toEqual([expect.objectContaining({ containerName: "beam-worker", resourceName: "nvidia.com/gpu" })]);
  },
  WITHIN_MS,
);

test(
  "a further executor stays Pending while one GPU is free, parts of GPUs do not count, and it runs when others end",
  async () => {
    await created(executor("second"));

    const live = await operators.until(executor("second"), isRefused);
    expect(isPlaced(live)).toBe(false);
    await operators.client().delete(refOf(executor("first")), { propagationPolicy: "Background" });

    expect(await devicesOf(await operators.until(executor("second"), isPlaced))).toEqual([WHOLE, WHOLE]);
  },
  WITHIN_MS,
);

/** Adds a pod once the webhook knows its application. */
function created(pod: KubeObject): Promise<boolean> {
  return eventually(
    () =>
      operators
        .client()
        .create(pod)
        .then(
          () => true,
          (thrown) => {
            if (String(thrown).includes("failed to get SparkApplication")) return false;
            throw thrown;
          },
        ),
    (done) => done,
  );
}

/** An executor as Spark makes it of its template: without the fields that the webhook adds. */
function executor(name: string): KubeObject {
  const labels = {
    "spark-role": "executor",
    "sparkoperator.k8s.io/app-name": application.metadata.name,
    "sparkoperator.k8s.io/launched-by-spark-operator": "true",
  };
  const image = valueAt(application, ["spec", "image"]) ?? "";
  const { spec, ...pod } = podOf(application, ["spec", "executor", "template"], { name: `executor-${name}`, labels });
  const [container] = containersOf(spec);
  return { ...pod, spec: { ...spec, containers: [{ ...container, image, resources: { requests: { cpu: "1", memory: "2Gi" } } }] } };
}

/** A TaskManager as Flink makes it: the template, with an image for its own container. */
function taskManager(name: string): KubeObject {
  const image = valueAt(flink, ["spec", "image"]) ?? "";
  const { spec, ...pod } = podOf(flink, ["spec", "taskManager", "podTemplate"], { name: `taskmanager-${name}`, labels: {} });
  return { ...pod, spec: { ...spec, containers: containersOf(spec).map((container) => ({ image, ...container })) } };
}

function podOf(owner: KubeObject, at: readonly string[], { name, labels }: { readonly name: string; readonly labels: JsonObject }) {
  const template = valueAt(owner, [...at]);
  const [metadata, spec] = ["metadata", "spec"].map((field) => valueAt(template, [field]));
  if (!isJsonObject(metadata) || !isJsonObject(spec)) throw new Error(`${owner.kind} has no template at ${at.join(".")}`);
  const own = { ...(isJsonObject(metadata["labels"]) ? metadata["labels"] : {}), ...labels } as Record<string, string>;
  const { namespace } = owner.metadata;
  return { apiVersion: "v1", kind: "Pod", metadata: { name, labels: own, ...(namespace !== undefined && { namespace }) }, spec };
}

function containersOf(spec: JsonObject): JsonObject[] {
  const containers = spec["containers"];
  return Array.isArray(containers) ? containers.filter(isJsonObject) : [];
}

/** The GPUs of a node, and parts of one of them, which the class does not select. */
function slice(): KubeObject {
  const device = (name: string, type: string) => ({ name, attributes: { type: { string: type } } });
  return {
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceSlice",
    metadata: { name: nodeName },
    spec: {
      driver: DRIVER,
      nodeName,
      pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
      devices: [...Array.from({ length: GPUS }, (_, at) => device(`gpu-${at}`, "gpu")), device("part-0", "mig"), device("part-1", "mig")],
    },
  };
}

function isPlaced(pod: KubeObject): boolean {
  return valueAt(pod, ["spec", "nodeName"]) !== undefined;
}

function isRefused(pod: KubeObject): boolean {
  return JSON.stringify(valueAt(pod, ["status", "conditions"]) ?? []).includes('"Unschedulable"');
}

/** Names of the devices in the claim of a pod. */
async function devicesOf(pod: KubeObject): Promise<string[]> {
  const name = String(valueAt(pod, ["status", "extendedResourceClaimStatus", "resourceClaimName"]));
  const claim = { apiVersion: "resource.k8s.io/v1", kind: "ResourceClaim", metadata: { ...pod.metadata, name } };
  const results = valueAt(await operators.client().get(refOf(claim)), ["status", "allocation", "devices", "results"]);
  return (Array.isArray(results) ? results : []).map((one) => `${valueAt(one, ["driver"])}/${valueAt(one, ["device"])}`);
}
