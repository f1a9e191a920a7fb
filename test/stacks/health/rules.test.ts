/** When is an object of a built-in kind ready? One table, row by row. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Lookup, Verdict } from "#stacks/health/readiness";
import { readinessRule } from "#stacks/health/rules";

const NOTHING_ELSE: Lookup = { get: async () => undefined, list: async () => [] };

async function verdict(object: JsonObject, look: Lookup = NOTHING_ELSE): Promise<Verdict> {
  const whole = { metadata: { name: "x", namespace: "n", generation: 2 }, ...object } as unknown as KubeObject;
  const rule = readinessRule(whole);
  if (!rule) throw new Error("no rule");
  return rule.check(whole, look);
}

const deployment = (spec: JsonObject, status: JsonObject) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  spec: { replicas: 3, ...spec },
  status: { observedGeneration: 2, updatedReplicas: 3, availableReplicas: 3, replicas: 3, ...status },
});
const pod = (status: JsonObject) => ({ apiVersion: "v1", kind: "Pod", status });
const job = (...conditions: JsonObject[]) => ({ apiVersion: "batch/v1", kind: "Job", status: { conditions } });
const is = (type: string, status = "True", more: JsonObject = {}) => ({ type, status, ...more });
const service = (spec: JsonObject, status: JsonObject = {}) => ({ apiVersion: "v1", kind: "Service", spec, status });

describe("readiness", () => {
  it.each<[string, JsonObject, boolean]>([
    ["a Deployment whose replicas are new and available", deployment({}, {}), true],
    ["a Deployment that the controller has not seen", deployment({}, { observedGeneration: 1 }), false],
    ["a Deployment with too few new replicas", deployment({}, { updatedReplicas: 1 }), false],
    ["a Deployment with old replicas left", deployment({}, { replicas: 4 }), false],
    ["a Deployment with unavailable replicas", deployment({}, { availableReplicas: 2 }), false],
    ["a Deployment scaled to nothing", deployment({ replicas: 0 }, { updatedReplicas: 0, availableReplicas: 0, replicas: 0 }), true],
    ["a paused Deployment", deployment({ paused: true }, { updatedReplicas: 0 }), true],
    ["a pod that is ready", pod({ phase: "Running", conditions: [is("Ready")] }), true],
    ["a pod that is done", pod({ phase: "Succeeded" }), true],
    ["a pod that is pending", pod({ phase: "Pending" }), false],
    ["a job that is complete", job(is("Complete")), true],
    ["a job that is running", job(), false],
    ["a job that is suspended", job(is("Suspended")), true],
    ["a volume that is available", { apiVersion: "v1", kind: "PersistentVolume", status: { phase: "Available" } }, true],
    ["a claim that is bound", { apiVersion: "v1", kind: "PersistentVolumeClaim", spec: {}, status: { phase: "Bound" } }, true],
    ["a claim without a storage class", { apiVersion: "v1", kind: "PersistentVolumeClaim", spec: {}, status: { phase: "Pending" } }, false],
    ["a namespace that is active", { apiVersion: "v1", kind: "Namespace", status: { phase: "Active" } }, true],
    [
      "a quota that is counted",
      { apiVersion: "v1", kind: "ResourceQuota", spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" } } },
      true,
    ],
    ["a quota that is new", { apiVersion: "v1", kind: "ResourceQuota", spec: { hard: { pods: "1" } } }, false],
    [
      "a service account's Secret without its token",
      { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/service-account-token" },
      false,
    ],
    ["any other Secret", { apiVersion: "v1", kind: "Secret" }, true],
    ["an ExternalName service", service({ type: "ExternalName", selector: { a: "b" } }), true],
    ["a headless service", service({ clusterIP: "None", selector: { a: "b" } }), true],
    ["a service without a selector", service({}), true],
    ["a service without a ready pod", service({ selector: { a: "b" } }), false],
    [
      "a service of pods that a simulated operator does not make",
      { ...service({ selector: { a: "b" } }), metadata: { name: "x", labels: { "beamstack-iac/simulated": "true" } } },
      true,
    ],
    ["a load balancer without an address", service({ type: "LoadBalancer" }), false],
    ["a load balancer with an address", service({ type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } }), true],
  ])("of %s", async (_what, object, ready) => {
    expect((await verdict(object)).ready).toBe(ready);
  });

  it("of a StatefulSet follows revision and partition", async () => {
    const set = (status: JsonObject, partition = 0) => ({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition } } },
      status: { observedGeneration: 2, readyReplicas: 3, currentRevision: "1", updateRevision: "2", ...status },
    });

    expect((await verdict(set({ updatedReplicas: 2 }))).ready).toBe(false);
    expect((await verdict(set({ updatedReplicas: 2 }, 1))).ready).toBe(true);
    expect((await verdict(set({ updatedReplicas: 0, currentRevision: "2" }))).ready).toBe(true);
    expect((await verdict(set({ readyReplicas: 2, currentRevision: "2" }))).ready).toBe(false);
  });

  it("of a DaemonSet counts nodes", async () => {
    const set = (status: JsonObject) => ({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      spec: {},
      status: { observedGeneration: 2, ...status },
    });

    expect((await verdict(set({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }))).ready).toBe(true);
    expect((await verdict(set({ desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }))).ready).toBe(false);
    expect((await verdict(set({ desiredNumberScheduled: 0 }))).ready).toBe(true);
  });

  it("of a claim counts pending where the storage class waits for the first pod", async () => {
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", spec: { storageClassName: "late" }, status: { phase: "Pending" } };
    const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "late" } };
    const look = { ...NOTHING_ELSE, get: async () => ({ ...storageClass, volumeBindingMode: "WaitForFirstConsumer" }) };

    expect((await verdict(claim, look)).ready).toBe(true);
  });

  it("of a service and of an ingress needs a ready endpoint", async () => {
    const slice = (ready: boolean): KubeObject => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "s" },
      endpoints: [{ conditions: { ready } }],
    });
    const ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: "web" } } }] } }] },
      status: { loadBalancer: { ingress: [{ hostname: "h" }] } },
    };
    const look = (ready: boolean): Lookup => ({ get: async () => undefined, list: async () => [slice(ready)] });

    expect((await verdict(service({ selector: { a: "b" } }), look(true))).ready).toBe(true);
    expect((await verdict(service({ selector: { a: "b" } }), look(false))).ready).toBe(false);
    expect((await verdict(ingress, look(true))).ready).toBe(true);
    expect(await verdict(ingress, look(false))).toMatchObject({ ready: false, message: expect.stringContaining("web") });
  });

  it("of a definition needs it established, and fails when its names are taken", async () => {
    const crd = (...conditions: JsonObject[]) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      status: { conditions },
    });

    expect((await verdict(crd(is("Established")))).ready).toBe(true);
    expect((await verdict(crd())).ready).toBe(false);
    expect(await verdict(crd(is("NamesAccepted", "False", { message: "taken" })))).toMatchObject({ failed: true });
  });

  it("says why a job failed, with the message of its pod", async () => {
    const failedJob = job(is("Failed", "True", { reason: "BackoffLimitExceeded", message: "too often" }));
    const failedPod = pod({
      phase: "Failed",
      containerStatuses: [{ name: "main", state: { terminated: { exitCode: 3, message: "no input" } } }],
    });
    const whole = { ...failedPod, metadata: { name: "p" } };

    expect(await verdict(failedJob)).toMatchObject({ failed: true, message: "job failed: BackoffLimitExceeded: too often" });
    const rule = readinessRule(failedJob);
    const lines = await rule?.explain?.({ ...failedJob, metadata: { name: "j" } }, { ...NOTHING_ELSE, list: async () => [whole] });
    expect(lines).toEqual(["pod p, container main: exit code 3: no input"]);
  });

  it("names what a pod that cannot start complains of", async () => {
    const unscheduled = pod({
      phase: "Pending",
      conditions: [is("PodScheduled", "False", { reason: "Unschedulable", message: "0/3 nodes" })],
    });
    const unpulled = pod({
      phase: "Pending",
      containerStatuses: [{ name: "c", state: { waiting: { reason: "ImagePullBackOff", message: "gone" } } }],
    });

    expect(await verdict(unscheduled)).toMatchObject({ message: "pod x: Unschedulable: 0/3 nodes" });
    expect(await verdict(unpulled)).toMatchObject({ message: "pod x, container c: ImagePullBackOff: gone" });
  });
});

test("nothing is known of a custom kind", () => {
  expect(readinessRule({ apiVersion: "a.b/v1", kind: "A" })).toBeUndefined();
});
