/** What differs between frameworks: the policy by which Trainer sets ranks and addresses, and the command that starts the processes. */

import type { JsonObject } from "#lib/core/json";
import { modelFolder } from "#lib/kube/pretrained-model";
import type { TrainJobSettings } from "./schema";

/** Name of a framework. */
export type Framework = TrainJobSettings["framework"]["type"];

interface FrameworkFacts {
  /** Image of the pin. */
  readonly image: "pytorch" | "deepspeed" | "jax" | "xgboost" | "torchtune";
  /** Value of the label `trainer.kubeflow.org/framework`. */
  readonly label: string;
  readonly policy: "torch" | "mpi" | "jax" | "xgboost";
  /** Variables that the operator sets, and refuses in a job. */
  readonly variables: RegExp;
  /** Can a node run several processes? */
  readonly processes: "several" | "one";
}

const TORCH_VARIABLES = /^PET_/;
const MPI_VARIABLES = /^OMPI_MCA_(orte_default_hostfile|plm_rsh_args|orte_keep_fqdn_hostnames|orte_set_default_slots)$/;

/** Source: Kubeflow Trainer v2.3.0, manifests/base/runtimes and pkg/runtime/framework/plugins. */
export const FRAMEWORKS = {
  pytorch: { image: "pytorch", label: "torch", policy: "torch", variables: TORCH_VARIABLES, processes: "several" },
  torchtune: { image: "torchtune", label: "torchtune", policy: "torch", variables: TORCH_VARIABLES, processes: "several" },
  deepspeed: { image: "deepspeed", label: "deepspeed", policy: "mpi", variables: MPI_VARIABLES, processes: "several" },
  mpi: { image: "deepspeed", label: "mpi", policy: "mpi", variables: MPI_VARIABLES, processes: "several" },
  jax: { image: "jax", label: "jax", policy: "jax", variables: /^JAX_(NUM_PROCESSES|PROCESS_ID|COORDINATOR_ADDRESS)$/, processes: "one" },
  xgboost: {
    image: "xgboost",
    label: "xgboost",
    policy: "xgboost",
    variables: /^DMLC_(TRACKER_URI|TRACKER_PORT|TASK_ID|NUM_WORKER)$/,
    processes: "one",
  },
} as const satisfies Record<Framework, FrameworkFacts>;

/** Does a launcher start the processes by SSH? */
export function hasLauncher(framework: Framework): boolean {
  return FRAMEWORKS[framework].policy === "mpi";
}

/** Processes of a node. */
export function processesOf({ processesPerNode, accelerators, framework }: TrainJobSettings): number {
  if (FRAMEWORKS[framework.type].processes === "one") return processesPerNode ?? 1;
  return processesPerNode ?? Math.max(accelerators, 1);
}

/** Home of the user in images with SSH. Source: Kubeflow Trainer v2.3.0, cmd/runtimes/deepspeed/Dockerfile. */
export const MPI_HOME = "/home/mpiuser";

/** `spec.mlPolicy` of a runtime. */
export function policyOf(settings: TrainJobSettings): JsonObject {
  const { nodes, framework } = settings;
  const { policy } = FRAMEWORKS[framework.type];
  if (policy !== "mpi") return { numNodes: nodes, [policy]: {} };
  return {
    // Pods of the launcher; the other nodes are a job of their own. Source: Kubeflow Trainer v2.3.0, runtime/core/trainingruntime.go, newRuntimeInfo.
    numNodes: 1,
    mpi: {
      mpiImplementation: "OpenMPI",
      numProcPerNode: processesOf(settings),
      runLauncherAsNode: true,
      sshAuthMountPath: `${MPI_HOME}/.ssh`,
    },
  };
}

/** The command of the container that starts the processes; `variables` are those that MPI passes on to other nodes. */
export function commandOf(settings: TrainJobSettings, variables: readonly string[]): string[] {
  const { framework, nodes } = settings;
  const processes = processesOf(settings);
  switch (framework.type) {
    // Number of nodes and processes, rank and address are in the variables PET_*.
    case "pytorch":
      return ["torchrun", ...framework.program];
    case "deepspeed":
    case "mpi":
      return ["mpirun", "-np", `${nodes * processes}`, ...variables.flatMap((name) => ["-x", name]), ...framework.program];
    case "jax":
    case "xgboost":
      return [...framework.program];
    case "torchtune":
      return [
        "tune",
        "run",
        // Only with options of torchrun does it start several processes. Source: TorchTune 0.6, _cli/run.py.
        ...(isDistributed(framework.recipe) ? ["--nnodes", `${nodes}`, "--nproc-per-node", `${processes}`] : []),
        framework.recipe,
        "--config",
        framework.config,
        ...Object.entries({ ...checkpointer(settings), ...framework.overrides }).map(([key, value]) => `${key}=${value}`),
      ];
  }
}

/** Where a recipe of TorchTune loads weights from. Source: TorchTune 0.6, training/checkpointing/_checkpointer.py. */
function checkpointer({ initialModel }: TrainJobSettings): Record<string, string> {
  if (!initialModel) return {};
  const weights = initialModel.files.filter((file) => file.endsWith(".safetensors")).sort();
  return { [CHECKPOINT_FOLDER]: modelFolder(initialModel), "checkpointer.checkpoint_files": `[${weights.join(",")}]` };
}

/** Key of a recipe's configuration: the folder with the weights. */
export const CHECKPOINT_FOLDER = "checkpointer.checkpoint_dir";

/** Recipes of TorchTune say in their names whether they train in several processes. */
export function isDistributed(recipe: string): boolean {
  return !recipe.endsWith("_single_device");
}
