/** Trials as jobs of other products, through a queue, counted in the budget. */

import { parse } from "yaml";
import { isJsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { places, problemsOf, released } from "../../../fixtures/platform";

const gpuNode = { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 4 } } as const;

interface Given {
  /** Props of the experiment that differ. */
  readonly experiment?: object;
  /** Sections that differ. */
  readonly parts?: object;
}

/** A search with four trials of two GPUs at the same time, in a queue for eight. */
function environment({ experiment = {}, parts = {} }: Given = {}): EnvironmentSpec {
  return {
    name: "test",
    cluster: { type: "embedded" },
    nodePools: {
      cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } },
      gpu: { type: "static", nodes: 2, node: gpuNode },
    },
    certManager: {},
    databases: {
      trials: {
        type: "existing",
        engine: "postgres",
        host: "db.example.com",
        user: { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") },
        namespaces: ["katib"],
      },
    },
    kueue: { queues: { research: { quotas: [{ pool: "gpu" }, { pool: "cpu" }] } } },
    jobset: {},
    trainer: {
      trials: {
        bert: { framework: { type: "pytorch", program: ["/app/train.py"] }, nodes: 2, cpu: 2, accelerators: 1, pool: "gpu" },
      },
    },
    ray: {
      trials: {
        tune: {
          entrypoint: "python /home/ray/tune.py",
          head: { cpu: 1, memory: Size.gibibytes(4) },
          workers: { gpu: { cpu: 1, memory: Size.gibibytes(4), replicas: 2, accelerators: 1, pool: "gpu" } },
        },
      },
    },
    katib: {
      operator: { database: "trials" },
      experiments: {
        search: {
          objective: { type: "minimize", metric: "loss" },
          algorithm: { type: "random" },
          parameters: { lr: { type: "double", min: 0.001, max: 0.1, distribution: "logUniform" } },
          parallelTrials: 4,
          job: "bert",
          queue: "research",
          ...experiment,
        },
      },
    },
    ...parts,
  } as EnvironmentSpec;
}

const RAY = { job: "tune", metrics: { type: "push" } };

function objectsOf(given: Given, kind: string): KubeObject[] {
  const objects = released(environment(given)).objects.map(({ manifest }) => manifest);
  return objects.filter((manifest) => groupKind(manifest) === kind);
}

function only(given: Given, kind: string): KubeObject {
  const [first] = objectsOf(given, kind);
  if (!first) throw new Error(`no ${kind}`);
  return first;
}

test("makes a TrainJob of each trial, which names its runtime and enters the queue by itself", () => {
  const runtime = only({}, "trainer.kubeflow.org/TrainingRuntime");

  expect(valueAt(only({}, "kubeflow.org/Experiment"), ["spec", "trialTemplate"])).toMatchObject({
    primaryContainerName: "node",
    primaryPodLabels: { "jobset.sigs.k8s.io/replicatedjob-name": "node", "batch.kubernetes.io/job-completion-index": "0" },
    trialParameters: [{ name: "lr", reference: "lr" }],
    trialSpec: {
      apiVersion: "trainer.kubeflow.org/v1alpha1",
      kind: "TrainJob",
      metadata: { labels: { "kueue.x-k8s.io/queue-name": "research" } },
      spec: { runtimeRef: { name: runtime.metadata.name }, trainer: { numNodes: 2, args: ["--lr=${trialParameters.lr}"] } },
    },
  });
  expect(objectsOf({}, "trainer.kubeflow.org/TrainJob")).toEqual([]);
});

test("makes a RayJob of each trial, whose head alone gets the name of the trial", () => {
  const trial = valueAt(only({ experiment: RAY }, "kubeflow.org/Experiment"), ["spec", "trialTemplate", "trialSpec"]);
  const labels = (group: readonly (string | number)[]) =>
    valueAt(trial, ["spec", "rayClusterSpec", ...group, "template", "metadata", "labels", "beamstack-iac/experiment"]);

  expect(trial).toMatchObject({
    kind: "RayJob",
    metadata: { labels: { "kueue.x-k8s.io/queue-name": "research" } },
    spec: { entrypoint: "python /home/ray/tune.py --lr=${trialParameters.lr}", submissionMode: "HTTPMode", shutdownAfterJobFinishes: true },
  });
  expect([labels(["headGroupSpec"]), labels(["workerGroupSpecs", 0])]).toEqual(["tune", undefined]);
});

test("gives the programs of RayJobs and TrainJobs that push metrics the address of the server, and the file with the namespace", () => {
  const address = { name: "KATIB_DB_MANAGER", value: "katib-db-manager.katib.svc:6789" };
  const ray = valueAt(only({ experiment: RAY }, "kubeflow.org/Experiment"), ["spec", "trialTemplate", "trialSpec", "spec"]);
  const train = only({ experiment: { metrics: { type: "push" } } }, "kubeflow.org/Experiment");
  const runtime = only({}, "trainer.kubeflow.org/TrainingRuntime");

  expect(valueAt(ray, ["rayClusterSpec", "headGroupSpec", "template", "spec", "containers", 0, "env"])).toContainEqual(address);
  expect(valueAt(train, ["spec", "trialTemplate", "trialSpec", "spec", "trainer", "env"])).toEqual([address]);
  for (const spec of [ray, runtime]) expect(JSON.stringify(spec)).toContain('"fieldPath":"metadata.namespace"');
  expect(JSON.stringify(only({}, "kubeflow.org/Experiment"))).not.toContain(address.name);
});

test("the namespace of searches has the label without which Katib's webhook refuses every search, and that of the controller has not", () => {
  const label = "katib.kubeflow.org/metrics-collector-injection";
  const labelled = objectsOf({}, "core/Namespace").filter(({ metadata }) => metadata.labels?.[label] !== undefined);

  expect(labelled.map(({ metadata }) => [metadata.name, metadata.labels?.[label]])).toEqual([["experiments", "enabled"]]);
});

test("lets the controller watch the jobs that trials run as, and follow the owners of their pods, and nothing else", () => {
  const config = objectsOf({ experiment: RAY }, "core/ConfigMap").find(({ metadata }) => metadata.name === "katib-config");
  const text = valueAt(config, ["data", "katib-config.yaml"]);
  const role = objectsOf({ experiment: RAY }, "rbac.authorization.k8s.io/ClusterRole").find(
    ({ metadata }) => metadata.name === "katib-controller",
  );
  const rules = valueAt(role, ["rules"]);
  const groups = Array.isArray(rules) ? rules.filter(isJsonObject).flatMap(({ apiGroups }) => apiGroups) : [];

  expect(parse(String(text))).toMatchObject({ init: { controller: { trialResources: ["Job.v1.batch", "RayJob.v1.ray.io"] } } });
  expect(rules).toContainEqual({ apiGroups: ["ray.io"], resources: ["rayjobs"], verbs: ["get", "list", "watch", "create", "delete"] });
  expect(rules).toContainEqual({ apiGroups: ["ray.io"], resources: ["rayclusters"], verbs: ["get", "list", "watch"] });
  expect(groups).not.toContain("trainer.kubeflow.org");
});

test.each<readonly [string, object]>([
  ["TrainJobs", {}],
  ["RayJobs", RAY],
])("counts the GPUs of all trials at the same time for %s: what the queue cannot give is refused", (_what, experiment) => {
  const found = (parallelTrials: number) =>
    problemsOf(environment({ experiment: { ...experiment, parallelTrials } })).map(({ id, got }) => ({ id, got: got.split(" at ")[0] }));

  expect(found(4)).toEqual([]);
  expect(found(5)).toEqual([{ id: "checks.queue-budget", got: "10 nvidia.com/gpu of the pool gpu in queue research" }]);
});

test("counts everything that starts at once beside what queues admit", () => {
  const jobs = { now: { framework: { type: "pytorch", program: ["/app/train.py"] }, accelerators: 1, cpu: 1, pool: "gpu" } };
  const { trials } = environment().trainer ?? {};

  expect(problemsOf(environment({ parts: { trainer: { trials, jobs } } })).map(({ id, got }) => [id, got.split(" at ")[0]])).toEqual([
    ["checks.gpu-budget", "9 nvidia.com/gpu asked for by 2 kinds of pod"],
  ]);
});

test("a job that no search uses asks for nothing", () => {
  const batch = { trial: { program: ["python", "/app/train.py"], image: "registry.example.com/ml/mnist:1.0" }, job: undefined };

  expect(problemsOf(environment({ experiment: batch }))).toEqual([]);
  expect(only({ experiment: batch }, "trainer.kubeflow.org/TrainingRuntime").metadata.annotations).toMatchObject({
    "beamstack-iac/jobs": "0",
  });
});

test.each<readonly [string, Given, string]>([
  ["a name that leaves no room for those of pods", { parts: { katib: renamed("a".repeat(24)) } }, "katib.name"],
  ["metrics from the output of a RayJob", { experiment: { job: "tune" } }, "katib.metrics-of-job"],
  ["a job of another namespace", { experiment: { namespace: "vision" } }, "katib.job-in-other-namespace"],
])("refuses %s", (_what, given, id) => {
  expect(places(environment(given)).map((place) => place.id)).toContain(id);
});

function renamed(name: string) {
  const { operator, experiments } = environment().katib ?? { operator: {} };
  return { operator, experiments: { [name]: experiments?.["search"] } };
}
