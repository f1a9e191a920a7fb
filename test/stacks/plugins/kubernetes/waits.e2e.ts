/** Waiting on a real control plane with simulated nodes. */

import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "#lib/core/json";
import { PartialFailure } from "#stacks/plugins/kubernetes/requests";
import { CONFIG_MAP, definition, withWorld } from "./world";

const world = withWorld();

const podSpec = (more: JsonObject = {}): JsonObject => ({ containers: [{ name: "c", image: "example.com/i:1" }], ...more });
const workload = (kind: string, spec: JsonObject, annotations: JsonObject = {}) => ({
  token: `kubernetes:apps/v1:${kind}`,
  body: {
    metadata: { ...world.named(), annotations },
    spec: { selector: { matchLabels: { app: "a" } }, template: { metadata: { labels: { app: "a" } }, spec: podSpec() }, ...spec },
  },
});

describe("waiting", () => {
  it.each([
    ["Deployment", { replicas: 2 }, { availableReplicas: 2 }],
    ["StatefulSet", { replicas: 2, serviceName: "s" }, { readyReplicas: 2 }],
    ["DaemonSet", {}, { numberAvailable: 1 }],
  ])(
    "for a %s ends when its pods are ready, with their state",
    async (kind, spec, status) => {
      const { token, body } = workload(kind, spec);

      const answer = await world.harness.resource(token, "it").create(body);

      expect(answer.properties["status"]).toMatchObject(status);
    },
    60_000,
  );

  it("for pods that no node takes fails in time, says why, and keeps the resource", async () => {
    const impossible = { template: { metadata: { labels: { app: "a" } }, spec: podSpec({ nodeSelector: { no: "where" } }) } };
    const { token, body } = workload("Deployment", impossible, { "pulumi.com/timeoutSeconds": "2" });

    const failure = await world.harness
      .resource(token, "it")
      .create(body)
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/timed out after 2 s: 0 of 1 replicas available[\s\S]*Unschedulable: 0\/1 nodes are available/),
      resource: { id: `default/object-${world.serial}`, properties: { __inputs: {} } },
    });
    expect(world.harness.log.statuses).toContain("");
  }, 30_000);

  it("is skipped where pulumi.com/skipAwait says so: one request", async () => {
    const { token, body } = workload("Deployment", {}, { "pulumi.com/skipAwait": "true" });

    await world.harness.resource(token, "it").create(body);

    expect(world.writes()).toHaveLength(1);
  });

  it("for a failed job ends at once with what its pod said", async () => {
    const job = world.harness.resource("kubernetes:batch/v1:Job", "it");
    const making = job.create({
      metadata: world.named(),
      spec: { backoffLimit: 0, suspend: false, template: { spec: podSpec({ restartPolicy: "Never", nodeSelector: { no: "where" } }) } },
    });
    const failure = making.catch((error: unknown) => error);
    let pods = await jobPods();
    while (pods.length === 0) pods = await jobPods();
    const terminated = { exitCode: 3, reason: "Error", message: "no input" };
    const status = {
      phase: "Failed",
      containerStatuses: [{ name: "c", image: "i", imageID: "i", ready: false, restartCount: 0, state: { terminated } }],
    };
    const pod = { apiVersion: "v1", kind: "Pod", name: pods[0]?.metadata.name ?? "", namespace: "default", subresource: "status" };
    await world.client.patch(pod, { type: "strategic", body: { status } });

    expect(await failure).toMatchObject({ message: expect.stringMatching(/BackoffLimitExceeded[\s\S]*exit code 3: no input/) });
  }, 30_000);

  it("for pulumi.com/waitFor on a custom resource ends when its status says so", async () => {
    const group = `wait${world.serial}.example.com`;
    await world.client.create(definition(group, "Namespaced"));
    const annotations = { "pulumi.com/waitFor": '["jsonpath={.status.phase}=Up", "condition=Ready"]' };

    const making = world.harness.resource(`kubernetes:${group}/v1:Late`, "it").create({ metadata: { ...world.named(), annotations } });
    while (!world.harness.log.statuses.some((text) => text.includes("{.status.phase}=Up"))) await world.client.version();
    const ref = { apiVersion: `${group}/v1`, kind: "Late", name: `object-${world.serial}`, namespace: "default", subresource: "status" };
    await world.client.patch(ref, { type: "merge", body: { status: { phase: "Up" } } });
    while (!world.harness.log.statuses.some((text) => text.includes("condition Ready=True"))) await world.client.version();
    await world.client.patch(ref, { type: "merge", body: { status: { conditions: [{ type: "Ready", status: "True" }] } } });

    expect((await making).properties["status"]).toMatchObject({ phase: "Up" });
  }, 60_000);

  it("for a service ends when a pod behind it is ready", async () => {
    const labels = { app: `service-${world.serial}` };
    const service = world.harness.resource("kubernetes:core/v1:Service", "it");

    const making = service.create({ metadata: world.named(), spec: { selector: labels, ports: [{ port: 80 }] } });
    while (!world.harness.log.statuses.some((text) => text.includes("ready pod"))) await world.client.version();
    await world.client.create({ apiVersion: "v1", kind: "Pod", metadata: world.named(labels), spec: podSpec() });

    await expect(making).resolves.toMatchObject({ id: `default/object-${world.serial}` });
  }, 60_000);

  it("ends when the watch has fallen silent, by asking now and then", async () => {
    world.proxy.decide = (call) => (call.includes("watch=true") ? { type: "silence" } : undefined);
    const { token, body } = workload("Deployment", {});

    await expect(world.harness.resource(token, "it").create(body)).resolves.toMatchObject({ id: `default/object-${world.serial}` });
  }, 60_000);

  it("outlasts a server that is away", async () => {
    let away = false;
    world.proxy.decide = (call) => {
      away ||= call.startsWith("POST");
      return away && !call.startsWith("POST") ? { type: "reset" } : undefined;
    };
    const { token, body } = workload("Deployment", {});

    const making = world.harness.resource(token, "it").create(body);
    await pause(15_000);
    world.proxy.clear();

    await expect(making).resolves.toMatchObject({ id: `default/object-${world.serial}` });
  }, 60_000);

  it("for a service says so while the server does not tell of its pods", async () => {
    world.proxy.decide = (call) => (call.includes("endpointslices") ? { type: "status", status: 503 } : undefined);
    const service = world.harness.resource("kubernetes:core/v1:Service", "it");
    const body = { metadata: world.named(), spec: { selector: { app: "none" }, ports: [{ port: 80 }] } };

    const failure = await service.create({ ...body }, { timeoutSeconds: 3 }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ message: expect.stringMatching(/timed out after 3 s: waiting for the cluster to answer/) });
  }, 60_000);

  it("for a claim whose storage class we may not read goes on, and reading it does not fail", async () => {
    world.proxy.decide = (call) => (call.includes("/storageclasses/") ? { type: "status", status: 403 } : undefined);
    const claim = world.harness.resource("kubernetes:core/v1:PersistentVolumeClaim", "it");
    const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "unread", resources: { requests: { storage: "1Gi" } } };
    const failure = await claim.create({ metadata: world.named(), spec }, { timeoutSeconds: 3 }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ message: expect.stringMatching(/timed out after 3 s: claim is Pending \(storage class unread\)/) });
  }, 30_000);

  it("ends when the engine cancels, and the resource keeps its state", async () => {
    const impossible = { template: { metadata: { labels: { app: "a" } }, spec: podSpec({ nodeSelector: { no: "where" } }) } };
    const { token, body } = workload("Deployment", impossible);

    const failure = world.harness
      .resource(token, "it")
      .create(body)
      .catch((error: unknown) => error);
    while (!world.harness.log.statuses.some((text) => text.includes("replicas available"))) await world.client.version();
    world.harness.provider.cancel();

    expect(await failure).toMatchObject({
      name: "PartialFailure",
      message: expect.stringContaining("cancelled"),
      resource: { id: `default/object-${world.serial}` },
    });
  }, 30_000);
});

describe("a server in trouble", () => {
  it("that answers 429 and 503 is asked again, after the time it asks for", async () => {
    world.proxy.inject(
      /^POST/,
      { type: "status", status: 429, retryAfter: 1 },
      { type: "status", status: 503 },
      { type: "status", status: 500 },
    );

    await expect(world.made()).resolves.toMatchObject({ id: `default/object-${world.serial}` });
    expect(world.harness.log.statuses.some((text) => text.startsWith("asking again"))).toBe(true);
  });

  it("that breaks connections is asked again", async () => {
    world.proxy.inject(/./, { type: "reset" }, { type: "reset" });

    await expect(world.made()).resolves.toMatchObject({ id: `default/object-${world.serial}` });
  });

  it("whose answer to a create is lost keeps one object, known as ours", async () => {
    world.proxy.inject(/^POST/, { type: "lost-reply" });

    const resource = await world.made();

    expect(resource.state).toMatchObject({ metadata: { uid: (await world.live()).metadata["uid"] } });
  });

  it("whose answer to a create is lost does not make a foreign object ours", async () => {
    await world.client.create(
      { apiVersion: "v1", kind: "ConfigMap", metadata: world.named(), data: { theirs: "x" } },
      { fieldManager: "somebody" },
    );
    world.proxy.inject(/^POST/, { type: "status", status: 503 });

    await expect(world.made()).rejects.toThrow("already exists");
  });

  it("whose answers to an update are lost is updated once", async () => {
    const resource = await world.made({ a: "1" }, { x: "y" });
    world.proxy.inject(/^PATCH/, { type: "lost-reply" }, { type: "lost-reply" });

    await resource.update({ metadata: world.named({ x: "z" }), data: { a: "1" } });

    expect((await world.live()).metadata.labels).toEqual({ x: "z" });
  });

  it("whose answer to a delete is lost has deleted", async () => {
    const resource = await world.made();
    world.proxy.inject(/^DELETE/, { type: "lost-reply" });

    await expect(resource.delete()).resolves.toBeUndefined();
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  });
});

describe("a cluster that is slow to answer", () => {
  it("is none for a preview, and there for whatever writes or drops state", async () => {
    const { id, state, inputs } = await world.made();
    world.configure({ deleteUnreachable: "true" });
    let asked = 0;
    world.proxy.decide = (call) => (call.startsWith("GET /version") && ++asked === 1 ? { type: "silence" } : undefined);
    const later = Object.assign(world.harness.resource(CONFIG_MAP, "it"), { id, state, inputs });

    await later.diff({ metadata: world.named({ x: "z" }), data: { a: "1" } });
    expect(world.harness.log.messages).toEqual([expect.stringContaining("previews compare inputs only")]);
    await expect(later.refresh()).resolves.toMatchObject({ id });
    await later.delete();

    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 30_000);
});

describe("an unreachable cluster", () => {
  const kubeClientSettings = JSON.stringify({ timeout: 2 });
  const nowhere = JSON.stringify({
    "current-context": "gone",
    clusters: [{ name: "gone", cluster: { server: "http://127.0.0.1:1" } }],
    contexts: [{ name: "gone", context: { cluster: "gone" } }],
  });

  it("still lets a preview compare inputs, and says so once", async () => {
    const resource = await world.made({ a: "1" }, { x: "y" });
    const { id, state, inputs } = resource;
    world.configure({ kubeconfig: nowhere, kubeClientSettings });
    const later = Object.assign(world.harness.resource(CONFIG_MAP, "it"), { id, state, inputs });

    const fresh = await world.harness.resource(CONFIG_MAP, "new").create({ data: { a: "1" } }, { preview: true });
    const diff = await later.diff({ metadata: world.named({ x: "z" }), data: { a: "1" } });
    const changed = await later.update({ metadata: world.named({ x: "z" }), data: { a: "1" } }, { preview: true });

    expect(fresh.properties).toMatchObject({ data: { a: "1" }, metadata: { namespace: "default" } });
    expect([...diff.fields.keys()]).toEqual(["metadata.labels.x"]);
    expect(changed.properties).toMatchObject({ metadata: { labels: { x: "z" } } });
    expect(world.harness.log.messages).toEqual([
      expect.stringMatching(/warning: Kubernetes cluster is unreachable.*context gone.*ECONNREFUSED/),
    ]);
  }, 30_000);

  it("fails writes and reads with its address, and drops nothing from the state", async () => {
    const resource = await world.made();
    world.configure({ kubeconfig: nowhere, kubeClientSettings });
    const { id, state, inputs } = resource;
    const later = Object.assign(world.harness.resource(CONFIG_MAP, "it"), { id, state, inputs });

    await expect(world.made()).rejects.toThrow(/cluster is unreachable: http:\/\/127\.0\.0\.1:1/);
    await expect(later.refresh()).rejects.toThrow("PULUMI_K8S_DELETE_UNREACHABLE");
    await expect(later.delete()).rejects.toThrow("PULUMI_K8S_DELETE_UNREACHABLE");
  }, 30_000);

  it("is given up by deleteUnreachable, and passed over by skipUpdateUnreachable", async () => {
    const { id, state, inputs } = await world.made();
    world.configure({ kubeconfig: nowhere, kubeClientSettings, deleteUnreachable: "true" });
    const given = Object.assign(world.harness.resource(CONFIG_MAP, "it"), { id, state, inputs });
    await expect(given.delete()).resolves.toBeUndefined();
    await expect(given.refresh()).resolves.toMatchObject({ id: "" });

    world.configure({ kubeconfig: nowhere, kubeClientSettings, skipUpdateUnreachable: "true" });
    const passed = Object.assign(world.harness.resource(CONFIG_MAP, "it"), { id, state, inputs });
    await expect(passed.refresh()).resolves.toMatchObject({ id, properties: state });
    await expect(passed.check({ metadata: world.named(), data: { a: "2" } })).resolves.toEqual(inputs);
  }, 30_000);

  it("is what a kubeconfig without a context gives, with the reason", async () => {
    world.configure({ kubeconfig: "clusters: []" });

    await expect(world.made()).rejects.toThrow("unreachable: the kubeconfig has no current-context");
  });
});

function jobPods() {
  return world.client.list({ apiVersion: "v1", kind: "Pod", namespace: "default", labelSelector: `job-name=object-${world.serial}` });
}
