/** Rules on the nodes of Ray clusters that a schema cannot express, each with its upstream rule. */

import { parseImage } from "#lib/core/image-ref";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { DEFAULT_PYTHON } from "./pin";
import { capacityProblems, podPlacementProblems } from "./placement-checks";
import { queueRules } from "./queue-checks";
import type { NodesSettings, RayClusterSettings, WorkerGroupSettings } from "./schema";
import { clientProblems } from "./variable-checks";

/** Problems of a cluster; `path` is its path in the file. */
export function rayClusterProblems(name: string, settings: RayClusterSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, 50, path),
    ...nodesProblems(settings, path),
    ...capacityProblems(settings, 1, path),
    ...queueRules(settings, { podSets: 0, submitter: false }, path),
  ];
}

/**
 * Names of RayClusters, RayJobs and RayServices are DNS labels that start with a letter; KubeRay adds endings to them.
 * Source: KubeRay v1.7.0, utils/validation.go and utils.CheckName.
 */
export function nameProblems(name: string, longest: number, path: string): Problem[] {
  if (name.length <= longest && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(name)) return [];
  return [
    {
      id: "ray.name",
      path,
      got: `the name ${JSON.stringify(name)}`,
      allowed: `1 to ${longest} of a-z, 0-9 and -, a letter first, no - at the end`,
      fix: "rename it",
    },
  ];
}

/** Problems of the nodes of any cluster. */
export function nodesProblems(settings: NodesSettings, path: string): Problem[] {
  const { head, workers } = settings;
  return [
    ...versionProblems(settings, path),
    ...(settings.image !== undefined && settings.python !== DEFAULT_PYTHON ? [pythonOfImage(settings.python, path)] : []),
    ...authProblems(settings, path),
    ...(Object.keys(workers).length === 0 && !head.runsTasks ? [nowhereToRun(path)] : []),
    ...podProblems(head, `${path}.head`),
    ...Object.entries(workers).flatMap(([name, group]) => groupProblems(group, settings, joinPath(`${path}.workers`, [name]))),
    ...podPlacementProblems(settings, path),
    ...clientProblems(settings, path),
  ];
}

function pythonOfImage(python: string, path: string): Problem {
  return {
    id: "ray.python-beside-image",
    path: `${path}.python`,
    got: `Python ${python} beside an image, which has its own`,
    allowed: "python without image",
    fix: "remove python, or image",
  };
}

/** Head and workers of different versions do not connect; KubeRay decides by `rayVersion` what it may use. Source: KubeRay v1.7.0, CRD RayCluster. */
function versionProblems({ image, version }: NodesSettings, path: string): Problem[] {
  const found = /(?<![\d.])\d+\.\d+\.\d+(?![\d.])/.exec(parseImage(image ?? "")?.tag ?? "")?.[0];
  if (found === undefined || found === version) return [];
  return [
    {
      id: "ray.image-version",
      path: `${path}.image`,
      got: `an image with Ray ${found}`,
      allowed: `Ray ${version}, the version of the cluster`,
      fix: `set version: "${found}", or take an image of ${version}`,
    },
  ];
}

/** Source: KubeRay v1.7.0, ValidateRayClusterSpec. */
const FIRST_WITH_TOKEN = [2, 52] as const;

function authProblems({ auth, version }: NodesSettings, path: string): Problem[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < FIRST_WITH_TOKEN[0] || (major === FIRST_WITH_TOKEN[0] && minor < FIRST_WITH_TOKEN[1]);
  if (auth === "disabled" || !isOld) return [];
  return [
    {
      id: "ray.token-needs-version",
      path: `${path}.version`,
      got: `tokens with Ray ${version}`,
      allowed: "Ray 2.52.0 or later",
      fix: 'raise version, or set auth: "disabled"',
    },
  ];
}

function nowhereToRun(path: string): Problem {
  return {
    id: "ray.nothing-runs-tasks",
    path: `${path}.workers`,
    got: "no worker group, and a head that runs no tasks",
    allowed: "a worker group, or head: { runsTasks: true }",
    fix: "add a worker group, or set head.runsTasks",
  };
}

/** Variables that KubeRay or a prop sets; KubeRay rejects some and silently keeps the user's value of others. Source: KubeRay v1.7.0, common/pod.go. */
const OWNED_VARIABLES = new Set([
  "FQ_RAY_IP",
  "KUBERAY_GEN_RAY_START_CMD",
  "RAY_ADDRESS",
  "RAY_AUTH_MODE",
  "RAY_AUTH_TOKEN",
  "RAY_CLOUD_INSTANCE_ID",
  "RAY_CLUSTER_NAME",
  "RAY_CLUSTER_NAMESPACE",
  "RAY_IP",
  "RAY_NODE_TYPE_NAME",
  "RAY_PORT",
  "RAY_REDIS_ADDRESS",
  "RAY_enable_autoscaler_v2",
  "RAY_external_storage_namespace",
  "RAY_gcs_storage",
  "RAY_gcs_storage_path",
  "REDIS_PASSWORD",
  "REDIS_USERNAME",
]);

type Pod = NodesSettings["head"] | WorkerGroupSettings;

function podProblems(pod: Pod, path: string): Problem[] {
  const { env, secretEnv, memory, objectStore } = pod;
  const named = (["env", "secretEnv"] as const).flatMap((prop) => Object.keys(pod[prop]).map((name) => ({ prop, name })));
  return [
    ...named.filter(({ name }) => OWNED_VARIABLES.has(name)).map(({ prop, name }) => ownedVariable(name, joinPath(path, [prop, name]))),
    ...Object.keys(secretEnv)
      .filter((name) => Object.hasOwn(env, name))
      .map((name) => variableTwice(name, joinPath(path, ["secretEnv", name]))),
    // Source: Ray 2.58, the raylet's memory is what remains; plasma alone would use up the limit of the container.
    ...(objectStore && objectStore.bytes >= memory.bytes ? [storeTooLarge(pod, path)] : []),
  ];
}

function ownedVariable(name: string, path: string): Problem {
  return {
    id: "ray.variable-owned",
    path,
    got: `the variable ${name}, which KubeRay or a prop sets`,
    allowed: "other variables",
    fix: "remove it",
  };
}

function variableTwice(name: string, path: string): Problem {
  return {
    id: "ray.variable-twice",
    path,
    got: `the variable ${name}, which env sets too`,
    allowed: "each variable once",
    fix: "remove one of the two",
  };
}

function storeTooLarge({ memory, objectStore }: Pod, path: string): Problem {
  return {
    id: "ray.object-store-too-large",
    path: `${path}.objectStore`,
    got: `an object store of ${objectStore} in ${memory} of memory`,
    allowed: "less than the memory",
    fix: "lower objectStore, or raise memory",
  };
}

function groupProblems(group: WorkerGroupSettings, { autoscaling }: NodesSettings, path: string): Problem[] {
  const { replicas, maxReplicas, idleTimeout } = group;
  const unused = [...(maxReplicas === undefined ? [] : ["maxReplicas"]), ...(idleTimeout ? ["idleTimeout"] : [])];
  return [
    ...podProblems(group, path),
    ...(autoscaling ? [] : unused.map((prop) => withoutAutoscaling(prop, `${path}.${prop}`))),
    ...(maxReplicas !== undefined && maxReplicas < replicas ? [maxBelowReplicas(replicas, maxReplicas, path)] : []),
  ];
}

/** Source: KubeRay v1.7.0, validateWorkerGroupIdleTimeout; without autoscaling KubeRay keeps `replicas` pods. */
function withoutAutoscaling(prop: string, path: string): Problem {
  return {
    id: "ray.needs-autoscaling",
    path,
    got: `${prop} in a cluster without autoscaling`,
    allowed: `${prop} with autoscaling`,
    fix: `set autoscaling: {}, or remove ${prop}`,
  };
}

/** Source: KubeRay v1.7.0, ValidateRayClusterSpec. */
function maxBelowReplicas(replicas: number, maxReplicas: number, path: string): Problem {
  return {
    id: "ray.max-replicas-below-replicas",
    path: `${path}.maxReplicas`,
    got: `maxReplicas ${maxReplicas} below replicas ${replicas}`,
    allowed: `at least ${replicas}`,
    fix: "raise maxReplicas or lower replicas",
  };
}
