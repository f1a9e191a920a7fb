/**
 * Kubeflow Trainer v2.3.0, JobSet v0.12.0 and Kueue v0.19.2 on our training jobs. Containers do not run: the test says when a pod of a job fails or ends.
 *
 * @exercises trainer, jobset, kueue
 */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { referencesSeen } from "#stacks/program/admission";
import { EMBEDDED, places, released, simulatedNodes } from "../fixtures/platform";
import { fieldOf } from "../fixtures/pod-process";
import { torchrunVariables } from "../fixtures/trainer/torchrun";
import { appliesAgain } from "./apply-again";
import { KUEUE, startKueue } from "./kueue-process";
import { eventually, read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { startTraining, TRAINING } from "./trainer-process";

const NAMESPACE = "training";
const node = { cpu: 2, memory: Size.gibibytes(4), pool: "cpu", nodes: 2 } as const;
const pytorch = { ...node, framework: { type: "pytorch", program: ["/app/train.py"] } } as const;
const small = { ...node, cpu: 0.5 } as const;
const jobs = {
  first: { ...pytorch, processesPerNode: 2, queue: "research" },
  second: { ...pytorch, queue: "research" },
  weak: { ...pytorch, ...small, nodes: 1, restarts: 0 },
  jax: { ...small, framework: { type: "jax", program: ["python", "/app/train.py"] } },
  xgboost: { ...small, framework: { type: "xgboost", program: ["python", "/app/train.py"] } },
  mpi: { ...small, framework: { type: "mpi", program: ["/app/train"] }, processesPerNode: 3 },
} as const;
const parts = {
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  kueue: { queues: { research: { quotas: [{ pool: "cpu", cpu: 4, memory: Size.gibibytes(16) }] } } },
  jobset: {},
  trainer: { jobs },
} as const;
type JobName = keyof typeof jobs;

const operators = withRealOperators([KUEUE, ...TRAINING], { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) });
const release = released({ ...EMBEDDED, ...parts });
const objects = release.objects.map(({ manifest }) => manifest);
const named = (kind: string, name: JobName): KubeObject => {
  const found = objects.find((one) => one.kind === kind && one.metadata.name.startsWith(`${name}-`));
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
};
const job = (name: JobName) => named("TrainJob", name);
const [first, second, weak] = [job("first"), job("second"), job("weak")];

beforeAll(async () => {
  const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts });
  // Pods of jobs would end at once.
  await operators.client().delete({ apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "Stage", name: "pod-complete" });
  await startTraining(operators, real);
  await startKueue(operators, real);
  // What is made in the same second enters the queue in any order.
  operators.applyTree(released({ ...EMBEDDED, ...parts, trainer: { jobs: { first: jobs.first } } }), { withoutDefinitions: true });
  await operators.until(first, (seen) => jobStatus(seen, "ready") === 1);
  operators.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

test(
  "a job is admitted, its nodes are on those of its pool, and it runs with the status that the simulator writes",
  async () => {
    const row = rowOf(first);

    const live = await operators.until(first, (seen) => jobStatus(seen, "ready") === 1);

    expect(read(live["status"], row)).toEqual(read(row.simulated?.[0]?.status, row));
    expect(valueAt(live, ["status", "jobsStatus"])).toEqual(row.simulated?.[0]?.status["jobsStatus"]);
    expect(healthOf(live, row).state).toBe("ready");
    expect((await podsOf("first")).map((pod) => String(valueAt(pod, ["spec", "nodeName"])).replace(/-\d+$/, ""))).toEqual(["cpu", "cpu"]);
  },
  WITHIN_MS,
);

test("the pods have the variables with which torchrun starts, and the address in them is the name of the first pod", async () => {
  const { name } = first.metadata;
  const pods = await podsOf("first");
  const address = `${name}-node-0-0.${name}`;

  expect(pods.map((pod) => operatorsVariables("first", pod))).toEqual(
    [0, 1].map((rank) => torchrunVariables({ nodes: 2, processes: 2, rank, address, port: 29500 })),
  );
  expect([valueAt(pods[0], ["spec", "hostname"]), valueAt(pods[0], ["spec", "subdomain"])].join(".")).toBe(address);
  const service = { apiVersion: "v1", kind: "Service", metadata: { name, namespace: NAMESPACE } };
  expect((await operators.client().get(refOf(service)))["spec"]).toMatchObject({
    clusterIP: "None",
    publishNotReadyAddresses: true,
    selector: { "jobset.sigs.k8s.io/jobset-name": name },
  });
});

test.each(Object.entries(ranks()))(
  "the pods of a job of %s have the variables from which it takes ranks and addresses",
  async (name, expected) => {
    const pods = await podsOf(name as JobName, expected.length);

    expect(pods.map((pod) => operatorsVariables(name as JobName, pod))).toEqual(expected);
  },
  WITHIN_MS,
);

test("mpirun finds every node, the launcher among them, with a slot for each of its processes", async () => {
  const { name } = job("mpi").metadata;
  const hosts = await operators.client().get({ apiVersion: "v1", kind: "ConfigMap", name: `${name}-mpi-hostfile`, namespace: NAMESPACE });
  const pods = await podsOf("mpi", 2);

  const lines = pods.map((pod) => `${valueAt(pod, ["spec", "hostname"])}.${valueAt(pod, ["spec", "subdomain"])} slots=3`);
  const found = String(valueAt(hosts, ["data", "hostfile"]));
  expect(found.trim().split("\n").sort()).toEqual(lines.sort());
});

test("each variable that the operator sets is one that a job may not have", async () => {
  for (const name of ["first", "jax", "xgboost", "mpi"] as const) {
    const variables = (await podsOf(name)).flatMap((pod) => Object.keys(operatorsVariables(name, pod)));
    expect(variables).not.toEqual([]);
    for (const variable of new Set(variables)) {
      const trainer = { jobs: { job: { ...jobs[name], env: { [variable]: "1" } } } };
      expect(places({ ...EMBEDDED, ...parts, trainer })).toEqual([
        { id: "trainer.variable-owned", path: `trainer.jobs.job.env.${variable}` },
      ]);
    }
  }
});

test(
  "a job waits in the queue while the quota is used, and counts as ready",
  async () => {
    const live = await operators.until(second, (seen) => condition(seen, "Suspended") === "True");

    expect(healthOf(live, rowOf(second)).state).toBe("ready");
    expect(await podsOf("second")).toEqual([]);
  },
  WITHIN_MS,
);

appliesAgain(operators, "the operators have written", () => ({
  release,
  objects: objects.filter(({ apiVersion }) => /^(kueue\.x-k8s\.io|trainer\.kubeflow\.org)\//.test(apiVersion)),
}));

test(
  "all nodes start again after one was killed, and after one was taken away, which does not count",
  async () => {
    const before = await podsOf("first", 2);

    await end(before[1], { phase: "Failed" });
    await restarted({ restarts: 1, restartsCountTowardsMax: 1 }, before);
    const again = await podsOf("first", 2);
    await end(again[0], { phase: "Failed", conditions: [{ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }] });
    await restarted({ restarts: 2, restartsCountTowardsMax: 1 }, [...before, ...again]);

    const live = await operators.until(first, (seen) => jobStatus(seen, "ready") === 1);
    expect(healthOf(live, rowOf(first)).state).toBe("ready");
    expect((await podsOf("first", 2)).map((pod) => operatorsVariables("first", pod)["PET_NODE_RANK"])).toEqual(["0", "1"]);
  },
  WITHIN_MS,
);

test(
  "a job is complete with the status that the simulator writes, and then the one that waits starts",
  async () => {
    const row = rowOf(first);
    for (const pod of await podsOf("first", 2)) await end(pod, { phase: "Succeeded" });

    const live = await operators.until(first, (seen) => condition(seen, "Complete") === "True" && jobStatus(seen, "succeeded") === 1);

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    expect(valueAt(live, ["status", "jobsStatus"])).toEqual(row.simulated?.at(-1)?.status["jobsStatus"]);
    await operators.until(second, (seen) => jobStatus(seen, "ready") === 1);
    expect(await podsOf("second", 2)).toHaveLength(2);
  },
  WITHIN_MS,
);

test(
  "a job without restarts has failed with its first pod, with the status that the simulator writes",
  async () => {
    const row = rowOf(weak);
    for (const pod of await podsOf("weak", 1)) await end(pod, { phase: "Failed" });

    const live = await operators.until(weak, (seen) => condition(seen, "Failed") === "True" && jobStatus(seen, "failed") === 1);

    expect(read(live["status"], row)).toEqual(read(row.simulatedFailure?.status, row));
    expect(valueAt(live, ["status", "jobsStatus"])).toEqual(row.simulatedFailure?.status["jobsStatus"]);
    expect(healthOf(live, row).state).toBe("failed");
  },
  WITHIN_MS,
);

test(
  "Kueue never admits a job that exceeds its quota, which our check refuses",
  async () => {
    const large = withTrainer(first, { numNodes: 100 });
    await operators.client().apply(large, { fieldManager: "test" });

    await operators.until(large, (seen) => condition(seen, "Suspended") === "True");

    expect(await reserved(large)).toContain("maximum capacity");
    expect(places({ ...EMBEDDED, ...parts, trainer: { jobs: { large: { ...jobs.first, nodes: 100 } } } })).toContainEqual({
      id: "trainer.exceeds-quota",
      path: "trainer.jobs.large.queue",
    });
  },
  WITHIN_MS,
);

test(
  "the operator waits for a worker of XGBoost for each accelerator, of which our check trainer.xgboost-accelerators allows one for a node",
  async () => {
    const [runtime, name] = [named("TrainingRuntime", "xgboost"), "xgboost-gpus"];
    const spec = JSON.stringify(runtime["spec"]).replaceAll(/"(limits|requests)":\{/g, '"$1":{"nvidia.com/gpu":"2",');
    const metadata = { name, namespace: NAMESPACE };
    const wanted = ofRuntime(job("xgboost"), name);
    await operators.client().apply({ ...runtime, metadata, spec: JSON.parse(spec) as JsonObject }, { fieldManager: "test" });
    await referencesSeen(wanted, operators.client());
    await operators.client().apply(wanted, { fieldManager: "test" });

    const jobSet = { apiVersion: "jobset.x-k8s.io/v1alpha2", kind: "JobSet", metadata };
    const live = await operators.until(jobSet, () => true);

    // Two nodes, each of which is one worker.
    expect(JSON.stringify(live)).toContain('{"name":"DMLC_NUM_WORKER","value":"4"}');
  },
  WITHIN_MS,
);

test("a job is refused until the webhook has seen its runtime, for which `up` waits", async () => {
  const late = ofRuntime(weak, "late");
  const runtime = { ...named("TrainingRuntime", "weak"), metadata: late.metadata };

  await expect(operators.client().create(late, { dryRun: true })).rejects.toThrow("must be created before the TrainJob is created");
  await operators.client().apply(runtime, { fieldManager: "test" });
  await referencesSeen(late, operators.client());
  await operators.client().create(late, { dryRun: true });
});

test("a TrainJob cannot be changed: a changed job is another one", async () => {
  const changed = { type: "merge", body: { spec: { trainer: { numNodes: 3 } } } } as const;

  await expect(operators.client().patch(refOf(second), changed)).rejects.toThrow(/immutable/);
});

test.each(refused())("the webhooks refuse what our check %s refuses: %s", async (_id, _what, object) => {
  await expect(operators.client().create(object, { dryRun: true })).rejects.toThrow(/denied|nvalid/);
});

/** Examples of objects that a check of ours refuses, as they would look without it. */
function refused(): [id: string, what: string, object: KubeObject][] {
  const variable = (name: JobName, variable: string) => withTrainer(job(name), { env: [{ name: variable, value: "1" }] });
  const template = valueAt(named("TrainingRuntime", "first"), ["spec", "template", "spec"]);
  const spec = JSON.parse(JSON.stringify(template).replaceAll('"backoffLimit"', '"completions":2,"backoffLimit"')) as JsonObject;
  const jobSet = { apiVersion: "jobset.x-k8s.io/v1alpha2", kind: "JobSet", metadata: { name: "a".repeat(60), namespace: NAMESPACE }, spec };
  return [
    ["trainer.name", "a digit first", { ...first, metadata: { ...first.metadata, name: "1st-12345678" } }],
    ["trainer.name", "no room for the names of pods", jobSet],
    ["trainer.variable-owned", "of PyTorch", variable("first", "PET_NNODES")],
    ["trainer.variable-owned", "of MPI", variable("mpi", "OMPI_MCA_orte_default_hostfile")],
    ["trainer.variable-owned", "of XGBoost", variable("xgboost", "DMLC_TRACKER_URI")],
  ];
}

/** The same job with the runtime of this name. */
function ofRuntime({ spec, ...rest }: KubeObject, name: string): KubeObject {
  const runtimeRef = { apiGroup: "trainer.kubeflow.org", kind: "TrainingRuntime", name };
  return { ...rest, metadata: { name, namespace: NAMESPACE }, spec: { ...(isJsonObject(spec) ? spec : {}), runtimeRef } };
}

/** The same job with other fields of its trainer. */
function withTrainer({ metadata, spec, ...rest }: KubeObject, fields: JsonObject): KubeObject {
  const trainer = valueAt(spec, ["trainer"]);
  return {
    ...rest,
    metadata: { ...metadata, name: `${metadata.name}-x` },
    spec: { ...(isJsonObject(spec) ? spec : {}), trainer: { ...(isJsonObject(trainer) ? trainer : {}), ...fields } },
  };
}

/** Variables of each pod, by framework. */
function ranks(): Partial<Record<JobName, Record<string, string>[]>> & Record<string, Record<string, string>[]> {
  const host = (name: JobName) => `${job(name).metadata.name}-node-0-0.${job(name).metadata.name}`;
  return {
    jax: ["0", "1"].map((rank) => ({
      JAX_NUM_PROCESSES: "2",
      JAX_PROCESS_ID: rank,
      JAX_COORDINATOR_ADDRESS: `${host("jax")}:29500`,
    })),
    xgboost: ["0", "1"].map((rank) => ({
      DMLC_TRACKER_URI: host("xgboost"),
      DMLC_TRACKER_PORT: "29500",
      DMLC_TASK_ID: rank,
      DMLC_NUM_WORKER: "2",
    })),
    mpi: [
      {
        OMPI_MCA_orte_default_hostfile: "/etc/mpi/hostfile",
        OMPI_MCA_orte_keep_fqdn_hostnames: "true",
        OMPI_MCA_orte_set_default_slots: "3",
        OMPI_MCA_plm_rsh_args: "-o ConnectionAttempts=10",
      },
      {},
    ],
  };
}

function jobStatus(seen: KubeObject, count: string): JsonValue | undefined {
  return valueAt(seen, ["status", "jobsStatus", 0, count]);
}

function condition(seen: KubeObject, type: string): JsonValue | undefined {
  const conditions = valueAt(seen, ["status", "conditions"]);
  return Array.isArray(conditions)
    ? valueAt(
        conditions.find((one) => valueAt(one, ["type"]) === type),
        ["status"],
      )
    : undefined;
}

/** The pods of a job that have not ended, by name; waits until there are as many as wanted. */
function podsOf(name: JobName, wanted?: number): Promise<KubeObject[]> {
  const labelSelector = `beamstack-iac/train-job=${name}`;
  return eventually(
    async () => {
      const pods = await operators.client().list({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE, labelSelector });
      const running = pods.filter((pod) => valueAt(pod, ["status", "phase"]) === "Running" && !pod.metadata["deletionTimestamp"]);
      return running.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    },
    ({ length }) => wanted === undefined || length === wanted,
  );
}

/** What the pod's container has besides the variables of its runtime. */
function operatorsVariables(name: JobName, pod: KubeObject): Record<string, string> {
  const own = JSON.stringify(named("TrainingRuntime", name));
  const env = valueAt(pod, ["spec", "containers", 0, "env"]);
  return Object.fromEntries(
    (Array.isArray(env) ? env : [])
      .filter((one) => !own.includes(`"name":"${String(valueAt(one, ["name"]))}"`) && !`${valueAt(one, ["name"])}`.startsWith("JOB"))
      .map((one) => [String(valueAt(one, ["name"])), String(valueAt(one, ["value"]) ?? fieldOf(pod, one))]),
  );
}

async function end(pod: KubeObject | undefined, status: JsonObject): Promise<void> {
  if (!pod) throw new Error("there is no such pod");
  await operators.client().patch({ ...refOf(pod), subresource: "status" }, { type: "strategic", body: { status } });
}

/** Waits until the JobSet has started other pods than before. */
async function restarted(counts: JsonObject, before: readonly KubeObject[]): Promise<void> {
  const jobSet = { apiVersion: "jobset.x-k8s.io/v1alpha2", kind: "JobSet", metadata: { ...first.metadata } };
  const live = await operators.until(jobSet, (seen) => valueAt(seen, ["status", "restarts"]) === counts["restarts"]);
  expect(live["status"]).toMatchObject(counts);
  const old = new Set(before.map(({ metadata }) => metadata["uid"]));
  await eventually(
    () => podsOf("first", 2),
    (pods) => pods.every(({ metadata }) => !old.has(metadata["uid"])),
  );
}

/** What Kueue says of the quota of a job. */
async function reserved({ metadata }: KubeObject): Promise<string> {
  const found = await eventually(
    async () => {
      const workloads = await operators.client().list({ apiVersion: "kueue.x-k8s.io/v1beta2", kind: "Workload", namespace: NAMESPACE });
      const own = workloads.find((one) => valueAt(one, ["metadata", "ownerReferences", 0, "name"]) === metadata.name);
      const conditions = valueAt(own, ["status", "conditions"]);
      return Array.isArray(conditions) ? conditions.find((one) => valueAt(one, ["type"]) === "QuotaReserved") : undefined;
    },
    (condition) => condition !== undefined,
  );
  return String(valueAt(found, ["message"]));
}
