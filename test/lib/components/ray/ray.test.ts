/** Ray in an environment. */

import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";
import { places, problemsOf, released } from "../../../fixtures/platform";

const base = {
  name: "test",
  cluster: { type: "embedded" },
  nodePools: {
    cpu: { type: "static", nodes: 4, node: { cpu: 16, memory: Size.gibibytes(64) } },
    gpu: { type: "static", nodes: 2, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 4 } } },
  },
} as const;
const entrypoint = "python main.py";
const applications = { chat: { importPath: "app.main:chat" } };

const idsOf = (spec: object) => problemsOf(spec).map(({ id }) => id);

/** Specs of the objects of a kind, by name. */
function specs(environment: Parameters<typeof released>[0], kind: string) {
  const found = released(environment).objects.filter(({ manifest }) => manifest.kind === kind);
  return Object.fromEntries(found.map(({ manifest }) => [manifest.metadata.name, manifest["spec"]]));
}

test("turns the gate of jobs on a schedule on with the first one, and keeps the other gates", () => {
  const gates = (ray: object) => {
    const { objects } = released({ ...base, ray } as never);
    const operator = objects.find(({ id }) => id === "apps/Deployment/ray-system/kuberay-operator");
    const values = JSON.parse(operator?.manifest.metadata.annotations?.["beamstack-iac/helm-values"] ?? "{}");
    return Object.fromEntries(values.featureGates.map(({ name, enabled }: { name: string; enabled: boolean }) => [name, enabled]));
  };

  expect(gates({})).toMatchObject({ RayCronJob: false, RayJobDeletionPolicy: true });
  expect(gates({ cronJobs: { nightly: { entrypoint, schedule: "0 3 * * *" } } })).toEqual({ ...gates({}), RayCronJob: true });
});

test("refuses variables for pods and for tasks that a registry sets", () => {
  const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
  const refused = problemsOf({
    ...base,
    databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
    ray: {
      jobs: {
        train: {
          entrypoint,
          modelRegistry: "main",
          head: { env: { MLFLOW_TRACKING_URI: "http://other" }, runsTasks: true },
          runtimeEnv: { envVars: { MLFLOW_TRACKING_URI: "http://other", MODE: "fast" } },
        },
      },
    },
  });

  const problem = { id: "ray.variable-of-prop", got: "the variable MLFLOW_TRACKING_URI, which modelRegistry sets" };
  expect(refused).toMatchObject([
    { ...problem, path: "ray.jobs.train.head.env.MLFLOW_TRACKING_URI" },
    { ...problem, path: "ray.jobs.train.runtimeEnv.envVars.MLFLOW_TRACKING_URI" },
  ]);
});

test("sends workers to their pool, with its tolerations, accelerators and the image that has CUDA", () => {
  const workers = { gpu: { cpu: 4, accelerators: 2, pool: "gpu" } } as const;
  const { main } = specs(defineEnvironment({ ...base, ray: { clusters: { main: { workers } } } }), "RayCluster");

  expect(main).toMatchObject({
    headGroupSpec: { rayStartParams: { "num-cpus": "0" } },
    workerGroupSpecs: [
      {
        groupName: "gpu",
        template: {
          spec: {
            nodeSelector: { "beamstack-iac/node-pool": "gpu" },
            tolerations: [{ key: "nvidia.com/gpu" }],
            containers: [{ image: "docker.io/rayproject/ray:2.58.0-py312-gpu", resources: { limits: { "nvidia.com/gpu": "2" } } }],
          },
        },
      },
    ],
  });
});

test("leaves replicas to the autoscaler, which alone has a token of the API server", () => {
  const { main } = specs(
    defineEnvironment({ ...base, ray: { clusters: { main: { autoscaling: {}, workers: { cpu: { maxReplicas: 4 } } } } } }),
    "RayCluster",
  );

  expect(main).toMatchObject({
    enableInTreeAutoscaling: true,
    autoscalerOptions: { version: "v2", volumeMounts: [{ name: "tmp" }, { name: "api-server-token" }] },
    headGroupSpec: { template: { spec: { automountServiceAccountToken: false } } },
    workerGroupSpecs: [{ minReplicas: 1, maxReplicas: 4 }],
  });
  expect(JSON.stringify((main as { workerGroupSpecs: object[] }).workerGroupSpecs)).not.toContain('"replicas"');
});

test("closes the dashboard to all but the operator and the namespaces of clients", () => {
  const policies = specs(defineEnvironment({ ...base, ray: { clusters: { main: { clients: ["jupyter"] } } } }), "NetworkPolicy") as Record<
    string,
    { podSelector: object; ingress?: { from?: object[]; ports?: { port: number }[] }[] }
  >;
  const open = Object.entries(policies)
    .filter(([, { ingress = [] }]) => ingress.some(({ ports = [] }) => ports.some(({ port }) => port === 8265)))
    .map(([name]) => name);

  expect(open.sort()).toEqual(["jupyter-to-raycluster-main-ingress", "raycluster-main-operator-ingress"]);
});

test("gives a job the labels of its queue, and makes it depend on the queue of its namespace", () => {
  const environment = defineEnvironment({
    ...base,
    kueue: { queues: { research: { quotas: [{ pool: "cpu" }] } } },
    ray: { jobs: { train: { entrypoint, queue: "research" } } },
  });
  const { objects, edges } = released(environment);
  const job = objects.find(({ id }) => /^ray\.io\/RayJob\/ray\/train-[0-9a-f]{8}$/.test(id));

  expect(job?.manifest.metadata.labels).toMatchObject({ "kueue.x-k8s.io/queue-name": "research" });
  expect(edges).toContainEqual(expect.objectContaining({ from: job?.id, to: "kueue.x-k8s.io/LocalQueue/ray/research" }));
});

test("a changed job is another job", () => {
  const nameOf = (own: object) =>
    released({ ...base, ray: { jobs: { train: { entrypoint, ...own } } } }).objects.find(({ manifest }) => manifest.kind === "RayJob")
      ?.manifest.metadata.name;

  expect(nameOf({})).toMatch(/^train-[0-9a-f]{8}$/);
  expect(nameOf({ retries: 1 })).not.toBe(nameOf({}));
  expect(nameOf({})).toBe(nameOf({ retries: 0 }));
});

test("two pods of the operator have a disruption budget", () => {
  const budgets = (replicas: number) =>
    Object.keys(specs(defineEnvironment({ ...base, ray: { operator: { replicas } } }), "PodDisruptionBudget"));

  expect([budgets(1), budgets(2)]).toEqual([[], ["kuberay-operator"]]);
});

test("opens the ports outside that a cluster names, and no others", () => {
  const outside = (own: object) =>
    specs(defineEnvironment({ ...base, ray: { clusters: { main: own } } }), "NetworkPolicy")["raycluster-main-outside-egress"];

  expect(outside({})).toBeUndefined();
  expect(outside({ outsidePorts: [443] })).toMatchObject({ egress: [{ ports: [{ port: 443 }] }] });
});

test("counts a service twice while its upgrade needs a second cluster, and a replica as often as it has hosts", () => {
  const service = (own: object) => ({
    ...base,
    ray: { services: { chat: { applications, workers: { gpu: { cpu: 4, accelerators: 4, pool: "gpu" } }, ...own } } },
  });

  expect(idsOf(service({}))).toEqual([]);
  expect(idsOf(service({ workers: { gpu: { cpu: 4, accelerators: 4, replicas: 2, pool: "gpu" } } }))).toContain("ray.exceeds-pool");
  expect(idsOf(service({ upgrade: "none", workers: { gpu: { cpu: 4, accelerators: 4, replicas: 2, pool: "gpu" } } }))).toEqual([]);
  expect(idsOf(service({ upgrade: "none", workers: { gpu: { cpu: 4, accelerators: 4, hosts: 3, pool: "gpu" } } }))).toContain(
    "ray.exceeds-pool",
  );
});

test("counts the pods of several products on one pool together", () => {
  const half = { gpu: { cpu: 4, accelerators: 4, hosts: 2, pool: "gpu" } };

  expect(idsOf({ ...base, ray: { jobs: { a: { entrypoint, workers: half } } } })).toEqual([]);
  expect(idsOf({ ...base, ray: { jobs: { a: { entrypoint, workers: half }, b: { entrypoint, workers: half } } } })).toEqual([
    "checks.gpu-budget",
  ]);
});

test("refuses names that share the Service of a head, and namespaces that the operator does not watch", () => {
  const ray = {
    operator: { watchNamespaces: ["ray"] },
    clusters: { main: {} },
    jobs: { main: { entrypoint }, other: { entrypoint, namespace: "vision" } },
  };

  expect(places({ ...base, ray })).toEqual([
    { id: "ray.name-twice", path: "ray.jobs.main" },
    { id: "ray.namespace-not-watched", path: "ray.jobs.other.namespace" },
  ]);
});

test.each([
  ["clusters", "9lives"],
  ["clusters", "a".repeat(51)],
  ["jobs", "a".repeat(47)],
  ["services", "a".repeat(47)],
  ["cronJobs", "a".repeat(37)],
])("refuses in %s the name %s, to which KubeRay could not add its endings", (list, name) => {
  const one = { clusters: {}, jobs: { entrypoint }, services: { applications }, cronJobs: { entrypoint, schedule: "@daily" } }[list];

  expect(idsOf({ ...base, ray: { [list]: { [name]: one } } })).toContain("ray.name");
});

test("has no queue for jobs on a schedule, whose labels KubeRay sets", () => {
  const nightly = { entrypoint, schedule: "0 3 * * *", queue: "research" };

  expect(places({ ...base, ray: { cronJobs: { nightly } } })).toEqual([{ id: "spec.unknown-key", path: "ray.cronJobs.nightly.queue" }]);
});
