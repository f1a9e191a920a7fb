/** Pod templates of a session cluster. */

import { NodePool } from "#lib/components/node-pools/index";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { containerOf, objectsOf, specOf } from "./cluster";

const bucket = { type: "s3", uri: "s3://bucket/flink" } as const;

test("starts the worker pool beside the TaskManager as the SDK image wants it", () => {
  expect(containerOf({}, "taskManager", "beam-worker")).toMatchObject({
    image: "docker.io/apache/beam_python3.11_sdk:2.77.0",
    args: ["--worker_pool"],
    ports: [{ name: "worker-pool", containerPort: 50_000 }],
  });
});

test("the worker pool can write where boot stages files and makes environments, and nowhere else", () => {
  const worker = containerOf({}, "taskManager", "beam-worker");

  expect(valueAt(worker, ["securityContext", "readOnlyRootFilesystem"])).toBe(true);
  expect(worker["volumeMounts"]).toEqual([
    { name: "worker-tmp", mountPath: "/tmp" },
    { name: "worker-venv", mountPath: "/opt/apache/beam-venv" },
  ]);
});

test("gives the workers of a pod what each slot asks for, times slots", () => {
  const props = { taskManager: { slots: 3 }, worker: { cpuPerSlot: 0.5, memoryPerSlot: Size.gibibytes(2) } };
  const wanted = { cpu: "1500m", memory: "6144Mi" };

  expect(containerOf(props, "taskManager", "beam-worker")["resources"]).toEqual({ requests: wanted, limits: wanted });
});

test("GPUs are the worker's, because user code runs there", () => {
  const node = { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 4 } } as const;
  const build = (scope: ConstructorParameters<typeof NodePool>[0]) => {
    const pool = new NodePool(scope, "Pool", { type: "plain", name: "gpu", namespace: "beamstack-system", nodes: 1, node });
    return { taskManager: { pool }, worker: { gpus: 2 } };
  };

  expect(valueAt(containerOf(build, "taskManager", "beam-worker"), ["resources", "limits", "nvidia.com/gpu"])).toBe(2);
  expect(containerOf(build, "taskManager", "flink-main-container")["resources"]).toBeUndefined();
  expect(specOf(build, "taskManager", "podTemplate", "spec", "nodeSelector")).toEqual({ "beamstack-iac/node-pool": "gpu" });
  expect(specOf(build, "taskManager", "podTemplate", "spec", "tolerations")).toEqual([
    expect.objectContaining({ key: "nvidia.com/gpu", operator: "Exists" }),
  ]);
});

test("links the plugin of a storage from the image, in the version of the image", () => {
  const main = containerOf({ storage: bucket, image: "flink:2.1.0-java17" }, "jobManager", "flink-main-container");

  expect(main["env"]).toEqual([{ name: "ENABLE_BUILT_IN_PLUGINS", value: "flink-s3-fs-hadoop-2.1.0.jar" }]);
  expect(main["volumeMounts"]).toContainEqual({ name: "flink-s3-fs-hadoop", mountPath: "/opt/flink/plugins/flink-s3-fs-hadoop-2.1.0" });
});

test("an image without a version in its tag has the pinned release of its line", () => {
  const main = containerOf({ storage: bucket, image: "example.com/flink:mine" }, "taskManager", "flink-main-container");

  expect(main["env"]).toEqual([{ name: "ENABLE_BUILT_IN_PLUGINS", value: "flink-s3-fs-hadoop-2.2.1.jar" }]);
});

test("hands credentials of a storage to Flink, not to user code", () => {
  const storage = { ...bucket, credentials: { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") } };
  const fromSecret = { name: "AWS_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "s3", key: "key" } } };

  expect(containerOf({ storage }, "taskManager", "flink-main-container")["env"]).toContainEqual(fromSecret);
  expect(containerOf({ storage }, "taskManager", "beam-worker")["env"]).not.toContainEqual(fromSecret);
});

test("mounts a claim in JobManager and TaskManagers alike", () => {
  const storage = { type: "claim", claimName: "state" } as const;
  const mount = { name: "state", mountPath: "/opt/flink/state" };

  expect(containerOf({ storage }, "jobManager", "flink-main-container")["volumeMounts"]).toContainEqual(mount);
  expect(containerOf({ storage }, "taskManager", "flink-main-container")["volumeMounts"]).toContainEqual(mount);
});

test("pods where user code runs get a token only where leader election needs it", () => {
  const token = (props: Parameters<typeof specOf>[0]) =>
    specOf(props, "taskManager", "podTemplate", "spec", "automountServiceAccountToken");

  expect(token({})).toBe(false);
  expect(token({ highAvailability: true, storage: bucket })).toBe(true);
});

test("user code never gets the JobManager's right to start pods", () => {
  const roles = objectsOf({ highAvailability: true, storage: bucket }).filter(({ kind }) => kind === "Role");
  const taskManager = roles.find(({ metadata }) => metadata.name === "main-taskmanager");

  expect(taskManager?.["rules"]).toEqual([{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }]);
  expect(objectsOf({}).filter(({ kind }) => kind === "Role")).toHaveLength(1);
});

test("nobody in a cluster may create or change a Deployment", () => {
  const rules = objectsOf({}).flatMap((object) => (object.kind === "Role" && Array.isArray(object["rules"]) ? object["rules"] : []));
  const deployments = rules.filter((rule) => JSON.stringify(valueAt(rule, ["resources"])) === '["deployments"]');

  expect(deployments.map((rule) => valueAt(rule, ["verbs"]))).toEqual([["get", "list", "watch", "delete"]]);
});
