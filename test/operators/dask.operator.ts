/**
 * The operator of Dask 2026.3.0 on our clusters, groups of workers, autoscalers and jobs. Containers do not run: the test says when the program of a job ends, and
 * answers for the scheduler when the operator asks how many workers it wants.
 *
 * @exercises dask
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { DEFAULT_DASK, daskPin } from "#lib/components/dask/pin";
import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/dask/index";
import { healthOf } from "#lib/kube/health";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, places, released, simulatedNodes } from "../fixtures/platform";
import { pythonPackages } from "../fixtures/python-packages";
import { appliesAgain } from "./apply-again";
import { eventually, read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { freePort } from "./webhooks";

const PACKAGES = [`dask-kubernetes==${daskPin.chart.version}`, `dask==${DEFAULT_DASK}`, `distributed==${DEFAULT_DASK}`];
/** Its packages are 50 MB; on a busy machine, pip takes minutes. */
const INSTALLED_WITHIN_MS = 1_800_000;
/** Where the operator finds Services of the namespace: an address of this machine on which nothing else uses the ports. */
const SERVICES = { SERVICES_OF: "dask", SERVICES_AT: "127.86.0.1" } as const;

const pool = { pool: "cpu" } as const;
const program = { command: ["python", "/app/main.py"], scheduler: pool, workers: pool, runner: pool } as const;
const clusters = {
  main: { scheduler: pool, workers: { ...pool, replicas: 2 }, workerGroups: { large: { pool: "large" } } },
  scaled: { scheduler: pool, workers: pool, autoscaling: { min: 1, max: 3 } },
} as const;
const node = { cpu: 16, memory: Size.gibibytes(64) };
const parts = {
  nodePools: { cpu: { type: "static", nodes: 2, node }, large: { type: "static", nodes: 1, node } },
  dask: { clusters, jobs: { sum: program, broken: program } },
} as const;

const operator = withRealOperators([], { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) });
const release = released({ ...EMBEDDED, ...parts });
const ours = release.objects.map(({ manifest }) => manifest).filter(({ apiVersion }) => apiVersion === "kubernetes.dask.org/v1");
const named = (kind: string, name: string): KubeObject => {
  const found = ours.find((one) => one.kind === kind && one.metadata.name.startsWith(`${name}-`));
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
};
const [main, scaled] = [named("DaskCluster", "main"), named("DaskCluster", "scaled")];
const [large, sum, broken] = [named("DaskWorkerGroup", "main-large"), named("DaskJob", "sum"), named("DaskJob", "broken")];

let scheduler: Server;
const asked: string[] = [];
let bin: string;

beforeAll(async () => {
  bin = await pythonPackages("dask-operator", PACKAGES);
}, INSTALLED_WITHIN_MS);

beforeAll(async () => {
  scheduler = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.setHeader("content-type", "application/json").end(JSON.stringify({ workers: 9 }));
  });
  await once(scheduler.listen(8787, SERVICES.SERVICES_AT), "listening");
  for (const definition of definitions()) await applyStrictly(operator.client(), definition);
  const liveness = `http://127.0.0.1:${await freePort()}/healthz`;
  operator.start({
    name: join(bin, "kopf"),
    // The entry point of its image, and the chart's arguments.
    args: () => ["run", "-m", "dask_kubernetes.operator.controller", `--liveness=${liveness}`, "--all-namespaces"],
    env: () => ({ ...SERVICES, PYTHONPATH: join(__dirname, "../fixtures/dask/services") }),
  });
  operator.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

afterAll(() => {
  scheduler.closeAllConnections();
  scheduler.close();
});

test.each([main, scaled])(
  "the cluster $metadata.name becomes ready with a status that the simulator writes",
  async (cluster) => {
    const row = rowOf(cluster);

    const live = await operator.until(cluster, (seen) => healthOf(seen, row).state === "ready");

    expect(row.simulated?.map(({ status }) => read(status, row))).toContainEqual(read(live["status"], row));
  },
  WITHIN_MS,
);

test(
  "scheduler, workers and the group of workers are on the nodes of their pools, with the labels that the pin tells",
  async () => {
    const [scheduling, workers] = labelsOf(main);
    const [grouped] = labelsOf(large);

    expect([poolsOf(await podsWith({ ...scheduling }, 1)), poolsOf(await podsWith({ ...workers }, 3))]).toEqual([
      ["cpu"],
      ["cpu", "cpu", "large"],
    ]);
    expect(poolsOf(await podsWith({ ...grouped, "dask.org/workergroup-name": large.metadata.name }, 1))).toEqual(["large"]);
  },
  WITHIN_MS,
);

test(
  "workers have a name of their own and the address of a Service, which leads to the scheduler as ours does",
  async () => {
    const { name } = main.metadata;
    const [scheduling, workers] = labelsOf(main);
    const variables = (await podsWith({ ...workers }, 3)).map(variablesOf);
    const [pod] = await podsWith({ ...scheduling }, 1);

    expect(new Set(variables.map(({ DASK_SCHEDULER_ADDRESS }) => DASK_SCHEDULER_ADDRESS))).toEqual(
      new Set([`tcp://${name}-scheduler.dask.svc.cluster.local:8786`]),
    );
    expect(new Set(variables.map(({ DASK_WORKER_NAME }) => DASK_WORKER_NAME)).size).toBe(3);
    for (const service of [`${name}-scheduler`, "main"])
      expect(await endpointsOf(service)).toEqual([{ address: valueAt(pod, ["status", "podIP"]), ports: [8786, 8787] }]);
  },
  WITHIN_MS,
);

test(
  "a job runs with the status that the simulator writes, a cluster of its own and its runner on the nodes of its pool",
  async () => {
    const row = rowOf(sum);

    const live = await operator.until(sum, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(simulated(sum, "running"), row));
    const [running, scheduling, workers] = labelsOf(sum);
    const [runner] = await podsWith({ ...running }, 1);
    expect(poolsOf([runner, ...(await podsWith({ ...scheduling }, 1)), ...(await podsWith({ ...workers }, 1))])).toEqual([
      "cpu",
      "cpu",
      "cpu",
    ]);
    expect(variablesOf(runner)["DASK_SCHEDULER_ADDRESS"]).toBe(`tcp://${sum.metadata.name}-scheduler.dask.svc.cluster.local:8786`);
  },
  WITHIN_MS,
);

test(
  "the autoscaler asks the scheduler by the API that it has, and starts at most as many workers as it may",
  async () => {
    const [, workers] = labelsOf(scaled);

    expect(await podsWith({ ...workers }, 3)).toHaveLength(3);

    expect(new Set(asked)).toEqual(new Set(["/api/v1/adaptive_target"]));
    const autoscaler = await operator.client().get(refOf(named("DaskAutoscaler", "scaled")));
    expect(valueAt(autoscaler, ["metadata", "ownerReferences", 0, "name"])).toBe(scaled.metadata.name);
  },
  WITHIN_MS,
);

appliesAgain(operator, "the operator has written", () => ({ release, objects: ours }));

test(
  "another number of workers is the same cluster, with as many workers",
  async () => {
    const more = { main: { ...clusters.main, workers: { ...pool, replicas: 3 } } };
    operator.applyTree(released({ ...EMBEDDED, ...parts, dask: { clusters: more } }), { withoutDefinitions: true });

    const [, workers] = labelsOf(main);
    expect(poolsOf(await podsWith({ ...workers }, 4))).toEqual(["cpu", "cpu", "cpu", "large"]);
  },
  WITHIN_MS,
);

test(
  "the operator ignores every other change, so that one is another cluster",
  async () => {
    const [, workers] = labelsOf(main);
    const before = await podsWith({ ...workers }, 4);
    const wanted = {
      type: "json",
      body: [replace("/spec/worker/replicas", 4), replace("/spec/worker/spec/priorityClassName", "")],
    } as const;
    await operator.client().patch(refOf(main), wanted);

    const after = await podsWith({ ...workers }, 5);

    const priorities = (pods: readonly (KubeObject | undefined)[]) =>
      new Set(pods.map((pod) => valueAt(pod, ["spec", "priorityClassName"])));
    expect(priorities(after)).toEqual(priorities(before));
    expect([...priorities(before)]).toEqual([expect.stringMatching(/./)]);
  },
  WITHIN_MS,
);

test(
  "a job whose program ends is successful, and its cluster is gone",
  async () => {
    const row = rowOf(sum);
    await endRunner(sum, "Succeeded");

    const live = await operator.until(sum, (seen) => valueAt(seen, ["status", "jobStatus"]) === "Successful");

    expect(read(live["status"], row)).toEqual(read(simulated(sum, "successful"), row));
    const [, scheduling, workers] = labelsOf(sum);
    for (const labels of [scheduling, workers]) expect(await podsWith({ ...labels }, 0)).toEqual([]);
  },
  WITHIN_MS,
);

test(
  "a job whose program fails has failed, with the status that the simulator writes",
  async () => {
    const row = rowOf(broken);
    await endRunner(broken, "Failed");

    const live = await operator.until(broken, (seen) => healthOf(seen, row).state === "failed");

    expect(read(live["status"], row)).toEqual(read(row.simulatedFailure?.status, row));
  },
  WITHIN_MS,
);

test(
  "the operator refuses a name that our check dask.name refuses, with the status that the simulator writes for a failure",
  async () => {
    const [row, name] = [rowOf(main), "a".repeat(54)];
    const long = { ...main, metadata: { name, namespace: "dask" } };
    await operator.client().apply(long, { fieldManager: "test" });

    const live = await operator.until(long, (seen) => healthOf(seen, row).state === "failed");

    expect(read(live["status"], row)).toEqual(read(row.simulatedFailure?.status, row));
    expect(places({ ...EMBEDDED, ...parts, dask: { clusters: { [name.slice("-12345678".length)]: clusters.main } } })).toContainEqual(
      expect.objectContaining({ id: "dask.name" }),
    );
  },
  WITHIN_MS,
);

test(
  "the operator makes no workers of a group whose name our check dask.group-name refuses",
  async () => {
    const name = `main-${"b".repeat(59)}`;
    const long = { ...large, metadata: { name, namespace: "dask" } };
    await operator.client().apply(long, { fieldManager: "test" });

    await operator.until(long, (seen) => attempts(seen).includes("must be no more than 63 "));

    const workerGroups = { [name.slice("main-".length, -"-12345678".length)]: {} };
    expect(places({ ...EMBEDDED, ...parts, dask: { clusters: { main: { ...clusters.main, workerGroups } } } })).toContainEqual(
      expect.objectContaining({ id: "dask.group-name" }),
    );
  },
  WITHIN_MS,
);

test(
  "nothing of a deleted cluster stays",
  async () => {
    const [scheduling, workers] = labelsOf(scaled);
    await operator.client().delete(refOf(scaled), { propagationPolicy: "Background" });

    for (const labels of [scheduling, workers]) expect(await podsWith({ ...labels }, 0)).toEqual([]);
  },
  WITHIN_MS,
);

/** The labels of an object's pods. */
function labelsOf(object: KubeObject): readonly Readonly<Record<string, string>>[] {
  const kind = daskPin.kinds.find((one) => one.kind === groupKind(object));
  if (!kind || !("podLabels" in kind)) throw new Error(`no labels of the pods of ${object.kind}`);
  return kind.podLabels(object);
}

function simulated(object: KubeObject, name: string) {
  return rowOf(object).simulated?.find((one) => one.name === name)?.status;
}

/** Running pods with these labels, as soon as there are as many as wanted. */
function podsWith(labels: Readonly<Record<string, string>>, wanted: number): Promise<readonly KubeObject[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return eventually(
    () => operator.client().list({ apiVersion: "v1", kind: "Pod", namespace: "dask", labelSelector }),
    (pods) => pods.length === wanted && pods.every((pod) => valueAt(pod, ["status", "phase"]) === "Running"),
  );
}

/** Pool of the node of each pod, sorted. */
function poolsOf(pods: readonly (KubeObject | undefined)[]): string[] {
  return pods.map((pod) => String(valueAt(pod, ["spec", "nodeName"])).replace(/-\d+$/, "")).sort();
}

function variablesOf(pod: KubeObject | undefined): Record<string, string> {
  const env = valueAt(pod, ["spec", "containers", 0, "env"]);
  const all = Array.isArray(env) ? env.filter(isJsonObject) : [];
  return Object.fromEntries(all.map(({ name, value }) => [String(name), String(value)]));
}

/** Ready addresses behind a Service, with its ports. */
async function endpointsOf(service: string): Promise<JsonValue[]> {
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const slices = await operator
    .client()
    .list({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace: "dask", labelSelector });
  return slices.flatMap(({ endpoints = [], ports = [] }) =>
    (Array.isArray(endpoints) ? endpoints : []).map((one) => ({
      address: valueAt(one, ["addresses", 0]) ?? null,
      ports: (Array.isArray(ports) ? ports : []).map((port) => Number(valueAt(port, ["port"]))).sort(),
    })),
  );
}

async function endRunner({ metadata }: KubeObject, phase: "Succeeded" | "Failed"): Promise<void> {
  const runner = { apiVersion: "v1", kind: "Pod", name: `${metadata.name}-runner`, namespace: "dask" };
  await operator.client().patch({ ...runner, subresource: "status" }, { type: "merge", body: { status: { phase } } });
}

/** What the operator notes of its attempts on an object. */
function attempts({ metadata }: KubeObject): string {
  return metadata.annotations?.["kopf.zalando.org/daskworkergroup_create"] ?? "";
}

function replace(path: string, value: JsonValue) {
  return { op: "replace", path, value } as const;
}
