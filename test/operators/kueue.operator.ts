/**
 * Kueue v0.19.2 and KubeRay on our queues, clusters, jobs and services. No proxy serves the module of the pinned KubeRay 1.7.0; as in that version, and unlike in 1.6.1 and 1.6.2, a
 * RayService of 1.6.0 leaves the suspension of its clusters to Kueue.
 *
 * @exercises kueue, ray
 */

import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions as rayDefinitions } from "#lib/imports/kuberay/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { pause } from "#stacks/cluster/retry";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { appliesAgain } from "./apply-again";
import { KUEUE, startKueue } from "./kueue-process";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";

const part = { cpu: 1, memory: Size.gibibytes(2), pool: "cpu" } as const;
const nodes = { queue: "research", head: part, workers: { cpu: { ...part, replicas: 2 } } } as const;
const parts = {
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  kueue: { queues: { research: { quotas: [{ pool: "cpu", cpu: 4, memory: Size.gibibytes(16) }] } } },
  ray: {
    clusters: { first: nodes },
    jobs: { second: { ...nodes, entrypoint: "python -c 'print(1)'" } },
    services: { third: { ...nodes, applications: { chat: { importPath: "app.main:chat" } } } },
  },
} as const;

const SETTINGS = {
  "metrics-addr": "127.0.0.1:0",
  "health-probe-bind-address": "127.0.0.1:0",
  "enable-leader-election": false,
  "feature-gates": "RayCronJob=true",
};
const operators = withRealOperators([KUEUE, { name: "kuberay", goPackage: "github.com/ray-project/kuberay/ray-operator", module: "ray" }], {
  nodes: simulatedNodes({ ...EMBEDDED, ...parts }),
});
const release = released({ ...EMBEDDED, ...parts });
const only = (kind: string): KubeObject => {
  const [found] = release.objects.map(({ manifest }) => manifest).filter((manifest) => manifest.kind === kind);
  if (!found) throw new Error(`the release has no ${kind}`);
  return found;
};
const [cluster, job, service] = [only("RayCluster"), only("RayJob"), only("RayService")];
const queues = [only("ClusterQueue"), only("LocalQueue")];

beforeAll(async () => {
  await startKueue(operators, released({ name: "test", cluster: { type: "context", context: "test" }, ...parts }));
  for (const definition of rayDefinitions()) await applyStrictly(operators.client(), definition);
  operators.start({ name: "kuberay", args: () => Object.entries(SETTINGS).map(([key, value]) => `--${key}=${value}`) });
  // What is made in the same second enters the queue in any order.
  operators.applyTree(released({ ...EMBEDDED, ...parts, ray: { clusters: parts.ray.clusters } }), { withoutDefinitions: true });
  await operators.until(cluster, (seen) => valueAt(seen, ["status", "state"]) === "ready");
  operators.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

test.each(queues)(
  "$kind becomes active, with the status that the simulator writes",
  async (queue) => {
    const row = rowOf(queue);

    const live = await operators.until(queue, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
  },
  WITHIN_MS,
);

test(
  "a cluster is admitted, has its pods on the nodes of its pool, and becomes ready with the status that the simulator writes",
  async () => {
    const row = rowOf(cluster);

    const live = await operators.until(cluster, (seen) => healthOf(seen, row).message === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    const places = (await podsOf(cluster)).map((pod) => String(valueAt(pod, ["spec", "nodeName"])).replace(/-\d+$/, ""));
    expect(places).toEqual(["cpu", "cpu", "cpu"]);
  },
  WITHIN_MS,
);

test(
  "a job waits in the queue while the quota is used, and counts as ready",
  async () => {
    const live = await operators.until(job, (seen) => valueAt(seen, ["status", "jobDeploymentStatus"]) === "Suspended");

    expect(healthOf(live, rowOf(job)).state).toBe("ready");
    expect(await podsOf(job)).toEqual([]);
  },
  WITHIN_MS,
);

test(
  "the cluster of a service waits in the queue, too, and counts as ready",
  async () => {
    // KubeRay writes the state before the condition.
    const row = rowOf(cluster);
    const live = await clusterOfService(
      (seen) => valueAt(seen, ["status", "state"]) === "suspended" && healthOf(seen, row).state === "ready",
    );

    expect(healthOf(live, row).message).toContain("held back: RayClusterSuspended is True");
    expect(await podsOf(service)).toEqual([]);
  },
  WITHIN_MS,
);

appliesAgain(operators, "Kueue and KubeRay have written", () => ({ release, objects: [...queues, cluster, job, service] }));

test(
  "what waits starts when the quota is free, the service before the job",
  async () => {
    await remove(cluster);
    await clusterOfService((seen) => healthOf(seen, rowOf(cluster)).message === "ready");
    expect(await podsOf(job)).toEqual([]);

    await remove(service);
    const live = await operators.until(job, (seen) => valueAt(seen, ["status", "jobDeploymentStatus"]) === "Running");

    expect(healthOf(live, rowOf(job)).state).toBe("ready");
    operators.applyTree(released({ ...EMBEDDED, ...parts, ray: { jobs: parts.ray.jobs } }), { withoutDefinitions: true });
    expect((await operators.client().get(refOf(job))).metadata["generation"]).toBe(live.metadata["generation"]);
  },
  WITHIN_MS,
);

test.each(Object.entries(refused()))("the webhooks refuse what our check %s refuses", async (_id, object) => {
  await expect(operators.client().create(object, { dryRun: true })).rejects.toThrow(/denied|invalid|Invalid/);
});

test.each(Object.entries(failing()))(
  "KubeRay refuses what our check %s refuses, and the job has failed",
  async (_id, spec) => {
    const { name = null, ...own } = spec;
    const wrong = { ...withSpec(job, own), metadata: { name: String(name), namespace: "ray" } };
    await operators.client().apply(wrong, { fieldManager: "test" });

    const live = await operators.until(wrong, (seen) => valueAt(seen, ["status", "jobDeploymentStatus"]) === "ValidationFailed");

    expect(healthOf(live, rowOf(job)).state).toBe("failed");
    await remove(wrong);
  },
  WITHIN_MS,
);

/** Jobs without a queue that a check of ours refuses, as they would look without it: name, and fields of the spec. */
function failing(): Record<string, Readonly<Record<string, JsonValue>>> {
  const rule = (policy: string, ttlSeconds: number) => ({ policy, condition: { jobStatus: "SUCCEEDED", ttlSeconds } });
  const deletion = (...deletionRules: JsonValue[]) => ({
    shutdownAfterJobFinishes: false,
    ttlSecondsAfterFinished: 0,
    deletionStrategy: { deletionRules },
  });
  const found = valueAt(job, ["spec", "rayClusterSpec"]);
  const rayCluster = isJsonObject(found) ? found : {};
  return {
    "ray.name": { name: "a".repeat(48) },
    "ray.token-needs-version": { name: "old", rayClusterSpec: { ...rayCluster, rayVersion: "2.51.0" } },
    "ray.deletion-twice": { name: "twice", ...deletion(rule("DeleteCluster", 0), rule("DeleteCluster", 0)) },
    "ray.deletion-order": { name: "order", ...deletion(rule("DeleteWorkers", 3600), rule("DeleteCluster", 0)) },
    "ray.deletion-with-autoscaling": {
      name: "autoscaled",
      ...deletion(rule("DeleteWorkers", 0)),
      rayClusterSpec: { ...rayCluster, enableInTreeAutoscaling: true },
    },
  };
}

/** Examples of objects that a check of ours refuses, as they would look without it. */
function refused(): Record<string, KubeObject> {
  const groups = valueAt(cluster, ["spec", "workerGroupSpecs"]);
  const [group] = Array.isArray(groups) ? groups.filter(isJsonObject) : [];
  if (!group) throw new Error("the cluster has no worker group");
  const many = Array.from({ length: 18 }, (_, index) => ({ ...group, groupName: `group-${index}` }));
  const [queue] = queues;
  if (!queue) throw new Error("the release has no queue");
  return {
    "ray.queue-with-autoscaling": withSpec(cluster, { enableInTreeAutoscaling: true }),
    "ray.too-many-groups-for-queue": withSpec(cluster, { workerGroupSpecs: many }),
    "ray.group-named-head": withSpec(cluster, { workerGroupSpecs: [{ ...group, groupName: "head" }] }),
    "ray.queue-with-deletion": withSpec(job, { shutdownAfterJobFinishes: false }),
    "kueue.no-cohort": withSpec(queue, { preemption: { reclaimWithinCohort: "Never", borrowWithinCohort: { policy: "LowerPriority" } } }),
    "kueue.pool-twice": withSpec(queue, { resourceGroups: twice(valueAt(queue, ["spec", "resourceGroups"])) }),
  };
}

function withSpec(object: KubeObject, spec: Readonly<Record<string, JsonValue>>): KubeObject {
  const { metadata, spec: whole } = object;
  return { ...object, metadata: { ...metadata, name: `${metadata.name}-x` }, spec: { ...(isJsonObject(whole) ? whole : {}), ...spec } };
}

/** Resource groups whose flavor is there a second time. */
function twice(groups: JsonValue | undefined): JsonValue[] {
  return (Array.isArray(groups) ? groups.filter(isJsonObject) : []).map(({ flavors, ...group }) => ({
    ...group,
    flavors: [...(Array.isArray(flavors) ? flavors : []), ...(Array.isArray(flavors) ? flavors : [])],
  }));
}

function podsOf({ kind, metadata }: KubeObject): Promise<readonly KubeObject[]> {
  const instance = `${kind.toLowerCase()}-${metadata.name.replace(/-[0-9a-f]{8}$/, "")}`;
  return operators
    .client()
    .list({ apiVersion: "v1", kind: "Pod", namespace: "ray", labelSelector: `app.kubernetes.io/instance=${instance}` });
}

async function clusterOfService(wanted: (seen: KubeObject) => boolean): Promise<KubeObject> {
  const labelSelector = `ray.io/originated-from-cr-name=${service.metadata.name}`;
  for (;;) {
    const [found] = await operators.client().list({ apiVersion: cluster.apiVersion, kind: "RayCluster", namespace: "ray", labelSelector });
    if (found) return operators.until({ ...cluster, metadata: { ...cluster.metadata, name: found.metadata.name } }, wanted);
    await pause(300);
  }
}

async function remove(object: KubeObject): Promise<void> {
  await operators.client().delete(refOf(object), { propagationPolicy: "Background" });
}
