/** Ray in the contract suite. */

import { ApiObject, App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { NodePool } from "#lib/components/node-pools/index";
import {
  RayCluster,
  type RayClusterProps,
  RayCronJob,
  type RayCronJobProps,
  RayJob,
  type RayJobProps,
  RayOperator,
  RayService,
  type RayServiceProps,
  RayTrial,
  type RayTrialProps,
  rayClusterSchema,
  rayCronJobSchema,
  rayJobSchema,
  rayOperatorSchema,
  rayPin,
  rayServiceSchema,
  rayTrialSchema,
} from "#lib/components/ray/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IModelRegistry } from "#lib/kube/model-registry";
import { pods } from "#lib/kube/network";
import type { IQueue } from "#lib/kube/queue";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { pretrainedModelWith } from "../../../fixtures/pretrained-model";
import { rayAlertCases } from "./alert-cases";

const operator = contractEntry({
  title: "RayOperator",
  pin: rayPin,
  schema: rayOperatorSchema,
  build: (scope, props) => new RayOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    watchNamespaces: { watchNamespaces: ["ray"] },
    reconcileConcurrency: { reconcileConcurrency: 4 },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: rayAlertCases,
});

const elsewhere = new Chart(new App(), "elsewhere");
const gpus = new NodePool(elsewhere, "Gpus", {
  name: "gpu",
  type: "static",
  nodes: 2,
  node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 4 } },
});

/** A queue that admits jobs of up to 8 cores. */
const queue = Object.assign(new Chart(new App(), "queue"), {
  name: "research",
  shares: [{ pool: "cpu", cpu: 8, memory: Size.gibibytes(32) }],
  enter: () => ({ labels: { "kueue.x-k8s.io/queue-name": "research" }, dependency: elsewhere }),
}) satisfies IQueue;

const registry = Object.assign(new Construct(elsewhere, "registry"), {
  name: "main",
  api: "mlflow",
  url: "http://main.mlflow.svc:5000",
  authentication: "none",
  pods: pods("mlflow", { app: "mlflow" }),
  ports: [{ port: 5000 }],
} as const) satisfies IModelRegistry;

const featureStore = featureStoreWith("features");
const data = bucketWith("data");
const storage = Object.assign(bucketWith("models"), { bucket: bucketWith("models") });
const identity = (role: string) => ({ "eks.amazonaws.com/role-arn": `arn:aws:iam::1:role/${role}` });
const withIdentity = bucketWith("data", { access: { credentials: { type: "identity", annotations: identity("data") } } });

const group = { cpu: 1, memory: Size.gibibytes(2) };

/** Variants of the props that clusters, jobs and services share. */
const nodes = {
  namespace: { namespace: "vision" },
  version: { version: "2.57.0" },
  python: { python: "3.11" },
  image: { image: "registry.example.com/ml/ray:2.58.0-own" },
  head: { head: { runsTasks: true } },
  workers: { workers: { cpu: group, more: { ...group, hosts: 2, env: { MODE: "fast" }, rayStartParams: { "log-style": "record" } } } },
  autoscaling: { autoscaling: { upscaling: "conservative" } },
  auth: { auth: "disabled" },
  serviceAccountAnnotations: { serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": "ray@project.iam.gserviceaccount.com" } },
  buckets: { buckets: [data] },
  models: { models: [pretrainedModelWith("embedder", storage)] },
  modelRegistry: { modelRegistry: registry },
  featureStore: { featureStore },
  outsidePorts: { outsidePorts: [443] },
} as const;

/** What the checks of all nodes refuse. */
const refusedNodes = {
  "spec.wrong-value": { version: "2.58" },
  "ray.image-version": { image: "rayproject/ray:2.57.0-py312" },
  "ray.python-beside-image": { image: "rayproject/ray:2.58.0-py311", python: "3.11" },
  "ray.token-needs-version": { version: "2.51.0" },
  "ray.nothing-runs-tasks": { workers: {} },
  "ray.variable-owned": { head: { env: { RAY_ADDRESS: "auto" } } },
  "ray.variable-twice": { head: { env: { TOKEN: "a" }, secretEnv: { TOKEN: secretRef("token", "token") } } },
  "ray.object-store-too-large": { head: { memory: Size.gibibytes(4), objectStore: Size.gibibytes(4) } },
  "ray.needs-autoscaling": { workers: { cpu: { ...group, maxReplicas: 4 } } },
  "ray.max-replicas-below-replicas": { autoscaling: {}, workers: { cpu: { ...group, replicas: 4, maxReplicas: 2 } } },
  "ray.gpu-without-pool": { workers: { gpu: { ...group, accelerators: 1 } } },
  "ray.pod-does-not-fit": { workers: { gpu: { ...group, accelerators: 5, pool: gpus } } },
  "ray.buckets-differ": { buckets: [data, bucketWith("other", { location: { endpoint: "http://other.data:8333" } })] },
  "ray.model-on-one-node": { models: [pretrainedModelWith("embedder")] },
  "ray.identity-twice": { buckets: [withIdentity], serviceAccountAnnotations: identity("other") },
  "ray.variable-of-prop": { featureStore, head: { env: { FEAST_FS_YAML_FILE_PATH: "/home/ray/feature_store.yaml" } } },
  "ray.variable-of-bucket": { buckets: [data], head: { env: { AWS_REGION: "eu-west-1" } } },
  "ray.exceeds-pool": { workers: { gpu: { ...group, accelerators: 4, replicas: 3, pool: gpus } } },
} as const;

const refusedInQueue = {
  "ray.queue-with-autoscaling": { queue, autoscaling: {} },
  "ray.exceeds-queue": { queue, workers: { cpu: { ...group, replicas: 9 } } },
  "ray.too-many-groups-for-queue": {
    queue,
    workers: Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`group-${index}`, group])),
  },
} as const;

const faultTolerance = { redis: "rediss://redis.data:6379", user: "ray", password: secretRef("redis", "password") };

const cluster = contractEntry<RayClusterProps>({
  title: "RayCluster",
  pin: rayPin,
  schema: rayClusterSchema,
  build: (scope: Construct, props) => {
    new RayCluster(scope, "Subject", { ...props, name: "subject", operator: new RayOperator(scope, "Operator") });
  },
  smallest: {},
  variants: {
    ...nodes,
    faultTolerance: { faultTolerance },
    upgrade: { upgrade: "none" },
    clients: { clients: ["notebooks"] },
    queue: { queue },
  },
  refused: { ...refusedNodes, ...refusedInQueue },
});

const job = { entrypoint: "python /home/ray/train.py" } as const;

const jobVariants = {
  ...nodes,
  entrypoint: { entrypoint: "python /home/ray/other.py" },
  runtimeEnv: { runtimeEnv: { workingDir: "/home/ray/code", envVars: { MODE: "fast" } } },
  entrypointCpus: { entrypointCpus: 1 },
  entrypointGpus: { entrypointGpus: 0.5 },
  submission: { submission: "http" },
  retries: { retries: 2 },
  deadline: { deadline: Duration.hours(1) },
  startDeadline: { startDeadline: Duration.minutes(10) },
  ttl: { ttl: Duration.minutes(5) },
  deletion: { deletion: [{ policy: "delete-cluster", on: "succeeded" }] },
} as const;

const refusedJob = {
  ...refusedNodes,
  "ray.out-of-reach": { runtimeEnv: { workingDir: "s3://bucket/code.zip", pip: ["emoji==2.14.0"] } },
  "ray.ttl-with-deletion": { ttl: Duration.minutes(5), deletion: [{ policy: "delete-cluster", on: "failed" }] },
  "ray.deletion-twice": {
    deletion: [
      { policy: "delete-cluster", on: "failed" },
      { policy: "delete-cluster", on: "failed", after: Duration.hours(1) },
    ],
  },
  "ray.deletion-with-autoscaling": { autoscaling: {}, deletion: [{ policy: "delete-workers", on: "failed" }] },
  "ray.deletion-order": {
    deletion: [
      { policy: "delete-workers", on: "failed", after: Duration.hours(1) },
      { policy: "delete-cluster", on: "failed" },
    ],
  },
} as const;

const rayJob = contractEntry<RayJobProps>({
  title: "RayJob",
  pin: rayPin,
  schema: rayJobSchema,
  build: (scope: Construct, props) => {
    new RayJob(scope, "Subject", { ...props, name: "subject", operator: new RayOperator(scope, "Operator") });
  },
  smallest: job,
  variants: { ...jobVariants, queue: { queue } },
  refused: {
    ...refusedJob,
    ...refusedInQueue,
    "ray.queue-with-deletion": { queue, deletion: [{ policy: "delete-cluster", on: "failed" }] },
  },
});

const { autoscaling: _autoscaling, ...trialNodes } = nodes;

const trial = contractEntry<RayTrialProps>({
  title: "RayTrial",
  pin: rayPin,
  schema: rayTrialSchema,
  build: (scope: Construct, props) => {
    const subject = new RayTrial(scope, "Subject", { ...props, name: "subject", operator: new RayOperator(scope, "Operator") });
    // What a search makes.
    const { namespace } = subject;
    const made = subject.job([{ name: "lr", placeholder: "0.1" }]);
    new ApiObject(scope, "Made", { ...made, metadata: { name: "search-12345678", namespace } }).addDependency(subject);
  },
  smallest: job,
  variants: {
    ...trialNodes,
    entrypoint: jobVariants.entrypoint,
    runtimeEnv: jobVariants.runtimeEnv,
    deadline: jobVariants.deadline,
    startDeadline: jobVariants.startDeadline,
  },
  refused: { "spec.wrong-value": { version: "2.58" }, "ray.gpu-without-pool": refusedNodes["ray.gpu-without-pool"] },
});

const cronJob = contractEntry<RayCronJobProps>({
  title: "RayCronJob",
  pin: rayPin,
  schema: rayCronJobSchema,
  build: (scope: Construct, props) => {
    new RayCronJob(scope, "Subject", { ...props, name: "subject", operator: new RayOperator(scope, "Operator", { cronJobs: true }) });
  },
  smallest: { ...job, schedule: "0 3 * * *" },
  variants: {
    ...jobVariants,
    schedule: { schedule: "@hourly" },
    timeZone: { timeZone: "Europe/Berlin" },
    suspend: { suspend: true },
  },
  refused: refusedJob,
});

const service = contractEntry<RayServiceProps>({
  title: "RayService",
  pin: rayPin,
  schema: rayServiceSchema,
  build: (scope: Construct, props) => {
    new RayService(scope, "Subject", { ...props, name: "subject", operator: new RayOperator(scope, "Operator") });
  },
  smallest: { applications: { chat: { importPath: "app.main:chat" } } },
  variants: {
    ...nodes,
    applications: {
      applications: {
        chat: { importPath: "app.main:chat", args: { model: "small" }, deployments: [{ name: "Chat", num_replicas: 2 }] },
        search: { importPath: "app.main:search", routePrefix: "/search", runtimeEnv: { pyModules: ["/home/ray/search"] } },
      },
    },
    faultTolerance: { faultTolerance },
    upgrade: { upgrade: "none" },
    deletionDelay: { deletionDelay: Duration.minutes(5) },
    callers: { callers: ["web"] },
    queue: { queue },
  },
  refused: {
    ...refusedNodes,
    ...refusedInQueue,
    "ray.no-application": { applications: {} },
    "ray.out-of-reach": { applications: { chat: { importPath: "app.main:chat", runtimeEnv: { pip: ["emoji==2.14.0"] } } } },
    "ray.route-prefix-twice": { applications: { chat: { importPath: "app.main:chat" }, search: { importPath: "app.main:search" } } },
  },
});

/** What the contract suite tries. */
export const entries = [trial, operator, cluster, rayJob, cronJob, service];
