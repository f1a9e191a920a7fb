/** Kubeflow Trainer in the contract suite. */

import { ApiObject, App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { JobSetOperator } from "#lib/components/jobset/index";
import { NodePool } from "#lib/components/node-pools/index";
import { PretrainedModel } from "#lib/components/pretrained-models/index";
import {
  TrainerOperator,
  type TrainerOperatorProps,
  TrainJob,
  type TrainJobProps,
  TrainTrial,
  type TrainTrialProps,
  trainerOperatorSchema,
  trainerPin,
  trainJobSchema,
  trainTrialSchema,
} from "#lib/components/trainer/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IModelRegistry } from "#lib/kube/model-registry";
import type { IModelStorage } from "#lib/kube/model-storage";
import { pods } from "#lib/kube/network";
import type { INodePool } from "#lib/kube/node-pool";
import type { IQueue } from "#lib/kube/queue";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { bert } from "../pretrained-models/models";
import { trainerAlertCases } from "./alert-cases";

const elsewhere = new Chart(new App(), "elsewhere");

const operator = contractEntry<TrainerOperatorProps>({
  title: "TrainerOperator",
  pin: trainerPin,
  schema: trainerOperatorSchema,
  build: (scope, props) => new TrainerOperator(scope, "Subject", { ...props, jobGroups: elsewhere }),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: trainerAlertCases,
});

const gpus = new NodePool(elsewhere, "Gpus", {
  name: "gpu",
  type: "static",
  nodes: 4,
  node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 4 } },
});

/** A pool whose nodes know their rack, and have interfaces with RDMA. */
const racks: INodePool = Object.assign(new Construct(elsewhere, "Racks"), {
  name: "racks",
  nodeSelector: { "beamstack-iac/node-pool": "racks" },
  tolerations: [],
  shapes: gpus.shapes.map((shape) => ({ ...shape, rdma: { resource: "rdma/hca", count: 2 } })),
  capacity: gpus.capacity,
  topology: ["example.com/block", "example.com/rack"],
  simulatedNodes: [],
});

/** A queue that admits jobs of up to 8 cores. */
const queue = Object.assign(new Chart(new App(), "queue"), {
  name: "research",
  shares: [{ pool: "cpu", cpu: 8, memory: Size.gibibytes(32) }],
  enter: () => ({ labels: { "kueue.x-k8s.io/queue-name": "research" }, dependency: elsewhere }),
}) satisfies IQueue;

const registryFacts = {
  name: "main",
  api: "mlflow",
  url: "http://main.mlflow.svc:5000",
  authentication: "none",
  pods: pods("mlflow", { app: "mlflow" }),
  ports: [{ port: 5000 }],
} as const;
const registry = Object.assign(new Construct(elsewhere, "registry"), registryFacts) satisfies IModelRegistry;

const data = bucketWith("data");
const identity = (role: string) => ({ "eks.amazonaws.com/role-arn": `arn:aws:iam::1:role/${role}` });
const withIdentity = bucketWith("data", { access: { credentials: { type: "identity", annotations: identity("data") } } });
const models: IModelStorage = Object.assign(bucketWith("models"), { bucket: data });
const bertModel = new PretrainedModel(elsewhere, "bert", { ...bert, name: "bert", place: { type: "volume" } });
const tune = { type: "torchtune", recipe: "lora_finetune_distributed", config: "llama3_2/1B_lora" } as const;
const mpi = { type: "mpi", program: ["/app/train"] } as const;

const smallest: TrainJobProps & TrainTrialProps = { framework: { type: "pytorch", program: ["/app/train.py"] } };

const jobVariants = {
  namespace: { namespace: "vision" },
  framework: { framework: mpi, nodes: 2 },
  image: { image: "registry.example.com/ml/bert:1.0" },
  user: { user: 1001 },
  nodes: { nodes: 3 },
  processesPerNode: { processesPerNode: 2 },
  cpu: { cpu: 4 },
  memory: { memory: Size.gibibytes(16) },
  scratch: { scratch: Size.gibibytes(50) },
  accelerators: { accelerators: 4, pool: gpus },
  rdma: { rdma: 1, pool: racks },
  pool: { pool: gpus },
  near: { near: "example.com/rack", pool: racks },
  env: { env: { MODE: "fast", TOKEN: secretRef("hub", "token") } },
  buckets: { buckets: [data] },
  initialModel: { initialModel: bertModel },
  checkpoints: { checkpoints: { storage: models } },
  output: { output: { storage: models, path: "bert/large" } },
  modelRegistry: { modelRegistry: registry },
  featureStore: { featureStore: featureStoreWith("features") },
  register: { register: { registry, model: "bert" }, output: { storage: models } },
  serviceAccountAnnotations: { serviceAccountAnnotations: identity("train") },
  outsidePorts: { outsidePorts: [443] },
  metricsPort: { metricsPort: 9400 },
  restarts: { restarts: 10 },
  deadline: { deadline: Duration.hours(12) },
  queue: { queue },
} as const satisfies { readonly [K in keyof Required<TrainJobProps>]: Partial<TrainJobProps> };

const job = contractEntry<TrainJobProps>({
  title: "TrainJob",
  pin: trainerPin,
  schema: trainJobSchema,
  build: (scope, props) => {
    const jobs = new JobSetOperator(scope, "Jobs");
    new TrainerOperator(scope, "Operator", { jobGroups: jobs.operator });
    new TrainJob(scope, "Subject", { ...props, name: "subject" });
  },
  smallest,
  variants: jobVariants,
  refused: {
    "spec.wrong-value": { nodes: 0 },
    "trainer.one-process-per-node": { framework: { type: "jax", program: ["python", "/app/train.py"] }, processesPerNode: 2 },
    "trainer.more-processes-than-accelerators": { accelerators: 2, processesPerNode: 4, pool: gpus },
    "trainer.xgboost-accelerators": { framework: { type: "xgboost", program: ["/app/train"] }, accelerators: 2, pool: gpus },
    "trainer.mpi-needs-two-nodes": { framework: mpi },
    "trainer.single-device-recipe": {
      framework: { type: "torchtune", recipe: "full_finetune_single_device", config: "llama3_2/1B_full_single_device" },
      nodes: 2,
    },
    "trainer.initial-model-on-one-node": { initialModel: bertModel, nodes: 2 },
    "trainer.initial-model-of-recipe": {
      framework: tune,
      initialModel: new PretrainedModel(elsewhere, "stored", { ...bert, name: "stored", place: { type: "bucket", storage: models } }),
    },
    "trainer.initial-model-overridden": {
      framework: { ...tune, overrides: { "checkpointer.checkpoint_dir": "/data" } },
      initialModel: bertModel,
    },
    "trainer.no-accelerators": { accelerators: 1 },
    "trainer.no-rdma": { rdma: 1, pool: gpus },
    "trainer.no-such-topology": { near: "example.com/row", pool: racks },
    // No machine of the pool has eight.
    "trainer.fits-no-machine": { accelerators: 8, pool: gpus },
    "trainer.variable-owned": { env: { PET_NNODES: "2" } },
    "trainer.buckets-differ": { buckets: [data, bucketWith("other", { location: { endpoint: "http://other.data:8333" } })] },
    "trainer.identity-twice": { buckets: [withIdentity], serviceAccountAnnotations: identity("other") },
    "trainer.variable-of-bucket": { buckets: [data], env: { AWS_REGION: "eu-west-1" } },
    "trainer.folder-twice": { checkpoints: { storage: models, path: "bert" }, output: { storage: models, path: "bert" } },
    "trainer.model-without-output": { register: { registry, model: "bert" } },
    "trainer.registry-user": {
      register: { registry, credentials: { username: secretRef("mlflow", "user"), password: secretRef("mlflow", "password") } },
    },
    "trainer.registry-api": {
      register: { registry: Object.assign(new Construct(elsewhere, "kubeflow"), { ...registryFacts, api: "kubeflow" as const }) },
    },
    "trainer.exceeds-quota": { queue, nodes: 100 },
  },
});

const { checkpoints: _checkpoints, output: _output, register: _register, queue: _queue, ...trialVariants } = jobVariants;

const trial = contractEntry<TrainTrialProps>({
  title: "TrainTrial",
  pin: trainerPin,
  schema: trainTrialSchema,
  build: (scope, props) => {
    const jobs = new JobSetOperator(scope, "Jobs");
    new TrainerOperator(scope, "Operator", { jobGroups: jobs.operator });
    const subject = new TrainTrial(scope, "Subject", { ...props, name: "subject" });
    // What a search makes.
    const { namespace } = subject;
    const made = subject.job([{ name: "lr", placeholder: "0.1" }]);
    new ApiObject(scope, "Made", { ...made, metadata: { name: "search-12345678", namespace } }).addDependency(subject);
  },
  smallest,
  variants: trialVariants,
  refused: { "spec.wrong-value": { nodes: 0 }, "trainer.no-accelerators": { accelerators: 1 } },
});

/** What the contract suite tries. */
export const entries = [operator, job, trial];
