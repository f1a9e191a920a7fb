/** Pods with accelerators get what their pool says; others, and fields that they set themselves, stay as they are. */

import { Size } from "#lib/core/size";
import { withAcceleratedPods } from "#lib/kube/accelerated-pods";
import type { KubeObject } from "#lib/kube/object";

const pool = {
  nodeSelector: { pool: "gpu" },
  capacity: { nodes: 1, cpu: 8, memory: Size.gibibytes(32), accelerators: 8, resource: "nvidia.com/gpu" },
  accelerated: { runtimeClassName: "nvidia", sharedMemory: Size.gibibytes(8) },
} as const;

const pod = (spec: object): KubeObject =>
  ({ apiVersion: "v1", kind: "Pod", metadata: { name: "any", namespace: "any" }, spec }) as KubeObject;
const gpu = { name: "gpu", resources: { limits: { "nvidia.com/gpu": "1" } } };
const plain = { name: "plain", resources: { limits: { cpu: "1" } } };
const changed = (spec: object) => withAcceleratedPods(pod(spec), [pool])["spec"];

test("adds the RuntimeClass to the pod, and shared memory to the containers that ask for accelerators", () => {
  expect(changed({ nodeSelector: { pool: "gpu" }, containers: [plain, gpu] })).toEqual({
    nodeSelector: { pool: "gpu" },
    runtimeClassName: "nvidia",
    containers: [plain, { ...gpu, volumeMounts: [{ name: "dshm", mountPath: "/dev/shm" }] }],
    volumes: [{ name: "dshm", emptyDir: { medium: "Memory", sizeLimit: "8Gi" } }],
  });
});

test.each([
  ["pods of other pools", { nodeSelector: { pool: "other" }, containers: [gpu] }],
  ["pods of the pool without accelerators", { nodeSelector: { pool: "gpu" }, containers: [plain] }],
  ["pods anywhere", { containers: [gpu] }],
])("leaves %s alone", (_, spec) => {
  expect(changed(spec)).toEqual(spec);
});

test("keeps a RuntimeClass and shared memory that a pod has", () => {
  const own = {
    nodeSelector: { pool: "gpu" },
    runtimeClassName: "kata",
    containers: [{ ...gpu, volumeMounts: [{ name: "own", mountPath: "/dev/shm" }] }],
  };

  expect(changed(own)).toEqual(own);
});

test("changes the pod of each part of a kind that gives parts pods of their own", () => {
  const spec = { nodeSelector: { pool: "gpu" }, containers: [gpu] };
  const object = {
    apiVersion: "a.io/v1",
    kind: "Served",
    metadata: { name: "any" },
    spec: { predictor: spec, canary: [{ predictor: spec }] },
  };

  expect(withAcceleratedPods(object, [pool])["spec"]).toMatchObject({
    predictor: { runtimeClassName: "nvidia" },
    canary: [{ predictor: { runtimeClassName: "nvidia" } }],
  });
});
