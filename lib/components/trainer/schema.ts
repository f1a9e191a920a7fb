/** Props of Kubeflow Trainer: the operator and training jobs. */

import { z } from "zod";
import { durationSchema, imageSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { environmentSchema } from "#lib/kube/pod-parts";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { registrationSchema } from "#lib/kube/registered-run";

/** Props of the operator. */
export const trainerOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.1 cores and 256Mi, at most 1 core and 512Mi */
  resources: partResourcesSchema.optional(),
});

/** The program that every process runs, and its arguments: files of the image. */
const program = z.array(z.string().min(1)).min(1);

const frameworkSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("pytorch"),
    /** What `torchrun` starts in each process, such as `["/app/train.py", "--epochs", "3"]`. */
    program,
  }),
  z.strictObject({
    type: z.literal("deepspeed"),
    /** What `mpirun` starts in each process, such as `["python", "/app/train.py"]`; DeepSpeed finds its ranks in the variables of MPI. */
    program,
  }),
  z.strictObject({
    type: z.literal("mpi"),
    /** What `mpirun` starts in each process. */
    program,
  }),
  z.strictObject({
    type: z.literal("jax"),
    /** The command of each node, which is one process of JAX, such as `["python", "/app/train.py"]`. */
    program,
  }),
  z.strictObject({
    type: z.literal("xgboost"),
    /** The command of each node, such as `["python", "/app/train.py"]`. */
    program,
  }),
  z.strictObject({
    type: z.literal("torchtune"),
    /** Recipe of TorchTune, such as `lora_finetune_distributed`. */
    recipe: z.string().regex(/^[\w./-]+$/, { error: "a recipe such as lora_finetune_distributed" }),
    /** Configuration of the recipe, such as `llama3_2/1B_lora`. */
    config: z.string().regex(/^[\w./-]+$/, { error: "a configuration such as llama3_2/1B_lora" }),
    /** Values of the configuration that differ, such as `{ "optimizer.lr": "2e-5" }`. @default those of the configuration */
    overrides: z.record(z.string().regex(/^[\w.]+$/, { error: "a key such as optimizer.lr" }), z.string()).default({}),
  }),
]);

/** A folder of a model storage. */
const folder = {
  /** The model storage. */
  storage: ref("modelStorage"),
};

const pathSchema = z
  .string()
  .regex(/^[^/\s]+(\/[^/\s]+)*$/, { error: "a path without slashes at its ends" })
  .optional();

const checkpointsSchema = z.strictObject({
  ...folder,
  /** Folder of the storage. @default `checkpoints/` and the name of the job */
  path: pathSchema,
});

const outputSchema = z.strictObject({
  ...folder,
  /** Folder of the storage. @default the name of the job */
  path: pathSchema,
});

const registerSchema = registrationSchema.extend({
  /** Model that gets a version with the folder of `output`. @default only a run is registered */
  model: z.string().min(1).max(250).optional(),
});

/** Props of a training job. */
export const trainJobSchema = z.strictObject({
  /** Namespace. @default "training" */
  namespace: labelNameSchema.default("training"),
  /** How the processes are started and find each other. */
  framework: frameworkSchema,
  /** Image with the program. @default that of the framework */
  image: imageSchema.optional(),
  /** User of the image; 1000 is that of the images of `deepspeed` and `mpi`. @default 1000 */
  user: z.int().min(1).max(2_147_483_647).default(1000),
  /** Nodes: pods that train together. @default 1 */
  nodes: z.int().min(1).max(4096).default(1),
  /** Processes of each node. @default one for each accelerator, else one */
  processesPerNode: z.int().min(1).max(1024).optional(),
  /** CPU cores of a node. @default 2 */
  cpu: z.number().min(0.1).max(512).default(2),
  /** Memory of a node. @default 8Gi */
  memory: sizeSchema.default(Size.gibibytes(8)),
  /** Local disk of a node, at `/tmp`: caches, and checkpoints before they are uploaded. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Accelerators of a node; requires a pool that has them. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
  /** Network interfaces with RDMA of a node; requires a pool that has them. @default 0 */
  rdma: z.int().min(0).max(64).default(0),
  /** Node pool that the nodes run on. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** Label of the pool's topology, such as a rack: all nodes of the job are placed where it has the same value. @default anywhere in the pool */
  near: z.string().min(1).optional(),
  /** Environment variables; values or keys of Secrets. @default none */
  env: environmentSchema.default({}),
  /** Buckets that the program may use. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Pre-trained model that training starts from, read-only: its URI is `INITIAL_MODEL_URI` in the program and, of a model in volumes, its folder `INITIAL_MODEL_PATH`. Recipes of TorchTune load its files. @default none */
  initialModel: ref("pretrainedModel").optional(),
  /** Where the program keeps its state: its URI is `CHECKPOINT_URI` in the program, and the same after each restart and change of the job. @default the program starts from the beginning */
  checkpoints: checkpointsSchema.optional(),
  /** Where the program writes the trained model: its URI is `MODEL_STORAGE_URI` in the program. @default nowhere */
  output: outputSchema.optional(),
  /** Registry to which the program logs runs and models: its address as `MLFLOW_TRACKING_URI`, and the way there; a user comes from `env`. @default none */
  modelRegistry: ref("modelRegistry").optional(),
  /** Feature store that the program reads: the configuration of its clients, where Feast's SDK finds it, and the way there. Files of a bucket need it in `buckets`, too. @default none */
  featureStore: ref("featureStore").optional(),
  /** Registers the finished job: a run with its size and its last metrics, and a version of a model. @default not registered */
  register: registerSchema.optional(),
  /** Annotations of the ServiceAccount, such as those of a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
  /** Ports that the pods reach outside of the cluster, such as 443 for data sets. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
  /** Port of the program with metrics for Prometheus, such as `train_checkpoint_timestamp_seconds`, the time of the last checkpoint. @default the program has none */
  metricsPort: z.int().min(1024).max(65_535).optional(),
  /** Restarts of all nodes together after one of them failed; nodes that the cluster takes away, such as spot nodes, do not count. @default 3 */
  restarts: z.int().min(0).max(1000).default(3),
  /** Time limit; the time in a queue does not count. @default none */
  deadline: durationSchema.optional(),
  /** Queue that admits the job; it starts when its quota is free. @default starts at once */
  queue: ref("queue").optional(),
});

/** Props of a job for the trials of a search: the search has the queue, and the parameters are arguments of the program. */
export const trainTrialSchema = trainJobSchema.omit({ queue: true, checkpoints: true, output: true, register: true }).extend({
  /** Namespace, which is that of the search. @default "experiments" */
  namespace: labelNameSchema.default("experiments"),
});

/** Section `trainer`: the operator, and what it trains. */
export const trainerSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: trainerOperatorSchema.prefault({}),
  /** Training jobs by name. @default none */
  jobs: z.record(z.string(), trainJobSchema).default({}),
  /** Jobs that a search runs once for each trial, by name; a search names one of them in `job`. @default none */
  trials: z.record(z.string(), trainTrialSchema).default({}),
});

/** Props of the operator. */
export type TrainerOperatorProps = PropsOf<typeof trainerOperatorSchema>;

/** Settings of the operator. */
export type TrainerOperatorSettings = SettingsOf<typeof trainerOperatorSchema>;

/** Props of a training job. */
export type TrainJobProps = PropsOf<typeof trainJobSchema>;

/** Settings of a training job. */
export type TrainJobSettings = SettingsOf<typeof trainJobSchema>;

/** Props of a job for trials. */
export type TrainTrialProps = PropsOf<typeof trainTrialSchema>;
