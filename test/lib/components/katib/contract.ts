/** Katib in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { CertManager } from "#lib/components/cert-manager/index";
import { ExistingDatabase } from "#lib/components/databases/index";
import {
  Experiment,
  type ExperimentProps,
  experimentSchema,
  Katib,
  type KatibOperatorProps,
  katibOperatorSchema,
  katibPin,
} from "#lib/components/katib/index";
import { NodePool } from "#lib/components/node-pools/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IModelRegistry } from "#lib/kube/model-registry";
import { pods } from "#lib/kube/network";
import type { IQueue } from "#lib/kube/queue";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { trialJobWith } from "../../../fixtures/trial-job";
import { katibAlertCases } from "./alert-cases";

const elsewhere = new Chart(new App(), "elsewhere");

function databaseOf(name: string, engine: "postgres" | "mysql" = "postgres"): ExistingDatabase {
  const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
  return new ExistingDatabase(elsewhere, name, {
    type: "existing",
    name,
    engine,
    host: `${name}.example.com`,
    user,
    namespaces: ["katib", "databases"],
  });
}

const database = databaseOf("trials");

const operator = contractEntry<KatibOperatorProps>({
  title: "Katib",
  pin: katibPin,
  schema: katibOperatorSchema,
  build: (scope, props) => {
    const certificates = new CertManager(scope, "Certificates", {});
    new Katib(scope, "Subject", { ...props, certificateIssuer: certificates });
  },
  smallest: { database },
  variants: {
    existing: { existing: true, database: undefined },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
    database: { database: databaseOf("others") },
    databaseNamespace: { databaseNamespace: "databases" },
    checkpointStorage: { checkpointStorage: Size.gibibytes(50) },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "operators.without-effect-on-existing": { existing: true, database: undefined, replicas: 3 },
    "katib.no-database": { database: undefined },
    "katib.database-engine": { database: databaseOf("old", "mysql") },
  },
  alerts: katibAlertCases,
});

const gpus = new NodePool(elsewhere, "Gpus", {
  name: "gpu",
  type: "static",
  nodes: 1,
  node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 4 } },
});

/** A queue that admits trials of up to 8 cores. */
const queue = Object.assign(new Chart(new App(), "queue"), {
  name: "research",
  shares: [{ pool: "cpu", cpu: 8, memory: Size.gibibytes(32) }],
  enter: () => ({ labels: { "kueue.x-k8s.io/queue-name": "research" }, dependency: elsewhere }),
}) satisfies IQueue;

const registryFacts = {
  name: "main",
  api: "mlflow",
  url: "http://main.mlflow.svc:5000",
  authentication: "basic",
  pods: pods("mlflow", { app: "mlflow" }),
  ports: [{ port: 5000 }],
} as const;
const registry = Object.assign(new Construct(elsewhere, "registry"), registryFacts) satisfies IModelRegistry;
const credentials = { username: secretRef("mlflow", "user"), password: secretRef("mlflow", "password") };

const data = bucketWith("data");
const identity = (role: string) => ({ "eks.amazonaws.com/role-arn": `arn:aws:iam::1:role/${role}` });
const withIdentity = bucketWith("data", { access: { credentials: { type: "identity", annotations: identity("data") } } });
const lr = { type: "double", min: 0.001, max: 0.1 } as const;
const layers = { type: "int", min: 1, max: 4 } as const;
const trial = { program: ["python", "/app/train.py"], image: "docker.io/pytorch/pytorch:2.13.0-cuda13.0-cudnn9-runtime" } as const;
/** Instead of parameters. */
const searchLayers: Partial<ExperimentProps> = {
  parameters: {},
  architecture: {
    numLayers: 8,
    inputSizes: [32, 32, 3],
    outputSizes: [10],
    operations: [{ type: "convolution", parameters: { filter_size: { type: "categorical", values: ["3", "5"] } } }],
  },
};
const withoutSizes: Partial<ExperimentProps> = {
  parameters: {},
  architecture: { numLayers: 8, operations: [{ type: "pooling", parameters: { size: { type: "int", min: 2, max: 3 } } }] },
};

const experiment = contractEntry<ExperimentProps>({
  title: "Experiment",
  pin: katibPin,
  schema: experimentSchema,
  build: (scope, props) => {
    const certificates = new CertManager(scope, "Certificates", {});
    const katib = new Katib(scope, "Katib", { database, certificateIssuer: certificates });
    new Experiment(scope, "Subject", { ...props, name: "subject", katib });
  },
  smallest: { objective: { type: "minimize", metric: "loss" }, algorithm: { type: "random" }, parameters: { lr }, trial },
  variants: {
    namespace: { namespace: "vision" },
    objective: {
      objective: { type: "maximize", metric: "accuracy", goal: 0.99, additionalMetrics: ["loss"], strategies: { loss: "latest" } },
    },
    algorithm: { algorithm: { type: "tpe", nEiCandidates: 48, randomState: 1 } },
    parameters: { parameters: { lr, layers } },
    architecture: { ...searchLayers, algorithm: { type: "enas" } },
    medianStop: { medianStop: { startStep: 8 } },
    parallelTrials: { parallelTrials: 4 },
    maxTrials: { maxTrials: 20 },
    maxFailedTrials: { maxFailedTrials: 5 },
    metrics: { metrics: { type: "file", format: "json" } },
    trial: {
      trial: {
        ...trial,
        user: 1001,
        accelerators: 1,
        pool: gpus,
        env: { MODE: "fast" },
        buckets: [data],
        modelRegistry: registry,
        serviceAccountAnnotations: identity("trial"),
        outsidePorts: [443],
      },
    },
    job: { trial: undefined, job: trialJobWith({}) },
    resume: { resume: "long-running" },
    best: { best: { registry, experiment: "search", credentials } },
    retain: { retain: true },
    queue: { queue },
  },
  refused: {
    "spec.wrong-value": { maxTrials: 0 },
    "katib.more-than-all-trials": { parallelTrials: 20 },
    "katib.metric-twice": { objective: { type: "minimize", metric: "loss", additionalMetrics: ["loss"] } },
    "katib.value-twice": { parameters: { optimizer: { type: "categorical", values: ["adam", "adam"] } } },
    "katib.empty-range": { parameters: { lr: { type: "double", min: 1, max: 0.1 } } },
    "katib.logarithm-of-zero": { parameters: { lr: { type: "double", min: 0, max: 1, distribution: "logUniform" } } },
    "katib.wrong-search-space": { algorithm: { type: "darts" } },
    "katib.grid-without-step": { algorithm: { type: "grid" } },
    "katib.more-trials-than-combinations": { algorithm: { type: "grid" }, parameters: { layers } },
    "katib.cmaes-needs-two-numbers": { algorithm: { type: "cmaes" } },
    "katib.no-such-resource": { algorithm: { type: "hyperband", resourceName: "epochs", maxResource: 2 } },
    "katib.too-few-for-hyperband": { algorithm: { type: "hyperband", resourceName: "layers", maxResource: 81 }, parameters: { layers } },
    "katib.enas-needs-sizes": { ...withoutSizes, algorithm: { type: "enas" } },
    "katib.no-accelerators": { trial: { ...trial, accelerators: 1 } },
    "katib.fits-no-machine": { trial: { ...trial, accelerators: 8, pool: gpus } },
    "katib.exceeds-pool": { trial: { ...trial, accelerators: 2, pool: gpus } },
    "katib.exceeds-quota": { queue, trial: { ...trial, cpu: 16 } },
    "katib.one-trial": { job: trialJobWith({}) },
    "katib.job-in-other-namespace": { trial: undefined, job: trialJobWith({ namespace: "vision" }) },
    "katib.job-in-two-queues": { trial: undefined, job: trialJobWith({ queue: { name: "other" } }), queue },
    "katib.metrics-of-job": { trial: undefined, job: trialJobWith({ reporter: { container: "head", podLabels: {}, command: false } }) },
    "katib.pbt-needs-jobs": {
      trial: undefined,
      job: trialJobWith({}),
      algorithm: { type: "pbt", nPopulation: 5, truncationThreshold: 0.2 },
    },
    "katib.pbt-without-volume": { algorithm: { type: "pbt", nPopulation: 5, truncationThreshold: 0.2 }, resume: "never" },
    "katib.registry-api": {
      best: { registry: Object.assign(new Construct(elsewhere, "kubeflow"), { ...registryFacts, api: "kubeflow" as const }) },
    },
    "katib.registry-user": { best: { registry } },
    "katib.unknown-metric": { objective: { type: "minimize", metric: "loss", strategies: { accuracy: "max" } } },
    "katib.text-for-shell": { parameters: { optimizer: { type: "categorical", values: ["adam and sgd"] } } },
    "katib.distribution": { algorithm: { type: "bayesianoptimization" } },
    "katib.step-ignored": {
      algorithm: { type: "bayesianoptimization" },
      parameters: { lr: { type: "double", min: 0.001, max: 0.1, step: 0.001, distribution: "logUniform" } },
    },
    "katib.variable-owned": { trial: { ...trial, env: { KATIB_TRIAL_NAME: "mine" } } },
    "katib.buckets-differ": {
      trial: { ...trial, buckets: [data, bucketWith("other", { location: { endpoint: "http://other.data:8333" } })] },
    },
    "katib.identity-twice": { trial: { ...trial, buckets: [withIdentity], serviceAccountAnnotations: identity("other") } },
    "katib.variable-of-bucket": { trial: { ...trial, buckets: [data], env: { AWS_REGION: "eu-west-1" } } },
  },
});

/** What the contract suite tries. */
export const entries = [operator, experiment];
