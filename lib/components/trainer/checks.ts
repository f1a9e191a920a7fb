/** Rules on training jobs that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { acceleratorProblems, placementProblems } from "#lib/kube/placement";
import { queueProblems } from "#lib/kube/queue";
import { registrationProblems } from "#lib/kube/registered-run";
import { FRAMEWORKS, hasLauncher, isDistributed, processesOf } from "./frameworks";
import { initialModelProblems } from "./model-checks";
import { bucketsOf, foldersOf, variablesOf } from "./pods";
import type { TrainJobSettings } from "./schema";

/** Digits of a job's digest in its name. */
export const DIGEST_LENGTH = 8;

/** Problems of a training job; `path` is its path in the file. */
export function trainJobProblems(name: string, settings: TrainJobSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, path),
    ...processProblems(settings, path),
    ...machineProblems(settings, path),
    ...variableProblems(name, settings, path),
    ...folderProblems(name, settings, path),
    ...initialModelProblems(settings, path),
    ...bucketSetProblems(bucketsOf(settings), { ...settings, problems: BUCKET_PROBLEMS, variables: variablesIn(settings, path) }, path),
    ...admissionProblems(settings, path),
    ...registerProblems(settings, path),
  ];
}

function registerProblems({ register, output }: TrainJobSettings, path: string): Problem[] {
  if (!register) return [];
  return [
    ...registrationProblems(register, {
      api: { id: "trainer.registry-api", path: `${path}.register.registry` },
      user: { id: "trainer.registry-user", path: `${path}.register.credentials` },
    }),
    ...(register.model !== undefined && output === undefined ? [modelWithoutOutput(path)] : []),
  ];
}

function modelWithoutOutput(path: string): Problem {
  return {
    id: "trainer.model-without-output",
    path: `${path}.register.model`,
    got: "a model of a job without output",
    allowed: "a model together with output: its version names the folder",
    fix: "set output, or remove register.model",
  };
}

/** A digest, the longest name of a job in it, a number for each node and five random characters follow, together 63. Source: JobSet v0.12.0, jobset_webhook.go. */
function nameProblems(name: string, path: string): Problem[] {
  if (/^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/.test(name)) return [];
  return [
    {
      id: "trainer.name",
      path,
      got: JSON.stringify(name),
      allowed: "1 to 30 of a-z, 0-9 and -, a letter at the beginning: names of pods are made of it",
      fix: "choose another name",
    },
  ];
}

function processProblems(settings: TrainJobSettings, path: string): Problem[] {
  const { framework, nodes, accelerators } = settings;
  const processes = processesOf(settings);
  const at = `${path}.processesPerNode`;
  return [
    ...(FRAMEWORKS[framework.type].processes === "one" && processes > 1 ? [oneProcess(framework.type, processes, at)] : []),
    ...(accelerators > 0 && processes > accelerators ? [sharedAccelerators(processes, accelerators, at)] : []),
    ...(framework.type === "xgboost" && accelerators > 1 ? [severalOfXgboost(accelerators, path)] : []),
    ...(hasLauncher(framework.type) && nodes < 2 ? [tooFewForMpi(path)] : []),
    ...(framework.type === "torchtune" && !isDistributed(framework.recipe) && nodes * processes > 1
      ? [singleDevice(framework.recipe, nodes * processes, path)]
      : []),
  ];
}

function oneProcess(framework: string, processes: number, path: string): Problem {
  return {
    id: "trainer.one-process-per-node",
    path,
    got: `${processes} processes of ${framework} on a node`,
    allowed: "one, which uses all accelerators of its node",
    fix: "remove processesPerNode, or raise nodes",
  };
}

/** Source: NCCL, which refuses two ranks on one GPU ("Duplicate GPU detected"). */
function sharedAccelerators(processes: number, accelerators: number, path: string): Problem {
  return {
    id: "trainer.more-processes-than-accelerators",
    path,
    got: `${processes} processes for ${accelerators} accelerators of a node`,
    allowed: "at most one process for each accelerator",
    fix: "lower processesPerNode, or raise accelerators",
  };
}

/** Source: Kubeflow Trainer v2.3.0, plugins/xgboost/xgboost.go: `DMLC_NUM_WORKER` is the number of nodes times the GPUs of a node, and each node starts one. */
function severalOfXgboost(accelerators: number, path: string): Problem {
  return {
    id: "trainer.xgboost-accelerators",
    path: `${path}.accelerators`,
    got: `${accelerators} accelerators of a node with XGBoost`,
    allowed: "at most one: a node is one worker, which uses one, and the operator would wait for a worker of each",
    fix: "set accelerators to 1, and raise nodes",
  };
}

/** Source: Kubeflow Trainer v2.3.0, plugins/mpi/mpi.go: the launcher is a node, and there is at least one besides. */
function tooFewForMpi(path: string): Problem {
  return {
    id: "trainer.mpi-needs-two-nodes",
    path: `${path}.nodes`,
    got: "one node with MPI",
    allowed: "at least two: the launcher, which trains, too, and another one",
    fix: "set nodes to 2 or more, or use another framework for one node",
  };
}

function singleDevice(recipe: string, processes: number, path: string): Problem {
  return {
    id: "trainer.single-device-recipe",
    path: `${path}.framework.recipe`,
    got: `the recipe ${recipe} with ${processes} processes`,
    allowed: "one node with one process for recipes of a single device",
    fix: "use a recipe that ends with _distributed, or lower nodes and processesPerNode",
  };
}

function machineProblems(settings: TrainJobSettings, path: string): Problem[] {
  const { cpu, memory, accelerators, scratch, pool, near } = settings;
  return [
    ...acceleratorProblems(settings, { id: "trainer.no-accelerators", path: `${path}.accelerators` }),
    ...rdmaProblems(settings, path),
    ...(near !== undefined && !pool?.topology?.includes(near) ? [unknownLevel(near, pool?.topology ?? [], path)] : []),
    ...placementProblems({ cpu, memory, accelerators, scratch }, pool, { id: "trainer.fits-no-machine", path }),
  ];
}

function rdmaProblems({ rdma, pool }: TrainJobSettings, path: string): Problem[] {
  const most = Math.max(0, ...(pool?.shapes ?? []).map((shape) => shape.rdma?.count ?? 0));
  return rdma > most ? [noRdma(rdma, most, path)] : [];
}

function noRdma(count: number, most: number, path: string): Problem {
  return {
    id: "trainer.no-rdma",
    path: `${path}.rdma`,
    got: `${count} interfaces with RDMA for each node`,
    allowed: most > 0 ? `at most ${most}, which the machines of the pool have` : "0: the pool has none",
    fix: "lower rdma, or use a pool whose machines have that many",
  };
}

function unknownLevel(near: string, topology: readonly string[], path: string): Problem {
  return {
    id: "trainer.no-such-topology",
    path: `${path}.near`,
    got: JSON.stringify(near),
    allowed:
      topology.length > 0 ? `a label of the pool's topology: ${topology.join(", ")}` : "nothing: the topology of the pool is not known",
    fix: "use a label of the pool's topology, or remove near",
  };
}

/** Variables that the operator or another prop sets. */
function variableProblems(name: string, settings: TrainJobSettings, path: string): Problem[] {
  const { variables } = FRAMEWORKS[settings.framework.type];
  const others = Object.keys(variablesOf(name, { ...settings, env: {}, buckets: [] })).filter(
    (one) => !one.startsWith("AWS_") && !one.startsWith("AZURE_"),
  );
  return variablesIn(settings, path)
    .filter((one) => variables.test(one.name) || others.includes(one.name))
    .map((one) => ({
      id: "trainer.variable-owned",
      path: one.path,
      got: `the variable ${one.name}`,
      allowed: "variables that neither the operator nor another prop sets",
      fix: "remove it, and use the prop for it: nodes, processesPerNode, initialModel, checkpoints, output, modelRegistry or featureStore",
    }));
}

function folderProblems(name: string, settings: TrainJobSettings, path: string): Problem[] {
  const { CHECKPOINT_URI: checkpoints, MODEL_STORAGE_URI: output } = foldersOf(name, settings);
  if (checkpoints === undefined || checkpoints !== output) return [];
  return [
    {
      id: "trainer.folder-twice",
      path: `${path}.output.path`,
      got: `${output}, where the checkpoints are`,
      allowed: "another folder: a model is what serving reads",
      fix: "change output.path or checkpoints.path",
    },
  ];
}

function variablesIn({ env }: TrainJobSettings, path: string) {
  return Object.keys(env).map((name) => ({ name, path: joinPath(`${path}.env`, [name]) }));
}

const BUCKET_PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "trainer.buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "trainer.identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "trainer.variable-of-bucket", path }),
};

function admissionProblems({ queue, nodes, cpu, memory, accelerators, pool }: TrainJobSettings, path: string): Problem[] {
  if (!queue) return [];
  const pods = { count: nodes, cpu, memory, accelerators, ...(pool && { pool: pool.name }) };
  return queueProblems([pods], queue, { id: "trainer.exceeds-quota", path: `${path}.queue` });
}
