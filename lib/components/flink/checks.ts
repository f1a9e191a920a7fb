/** Rules on Flink's props that a schema cannot express, each with its upstream rule. */

import { type BeamOnFlink, pairProblems } from "#lib/beam/matrix";
import type { Problem } from "#lib/core/problem";
import { joinPath, labelNameSchema } from "#lib/core/schema";
import { featureVariableProblems } from "#lib/kube/feature-store";
import { mountProblems } from "#lib/kube/file-mounts";
import { collectionVariableProblems, versionProblems } from "#lib/kube/transform-collection";
import { configurationProblems, type KeyRules, SESSION_KEYS } from "./configuration-checks";
import { podPlacementProblems } from "./placement-checks";
import type { FlinkClusterSettings, FlinkPodSettings } from "./schema";
import { stateProblems } from "./state-checks";
import { WORKER_FOLDERS } from "./worker";

/** Name of a FlinkDeployment. Source: DEPLOYMENT_NAME_PATTERN in the operator's DefaultValidator. */
const NAME = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
/** Longest name of a FlinkDeployment. */
export const LONGEST = 45;

/** Problems of a cluster; `path` is its path in the file. */
export function flinkClusterProblems(name: string, settings: FlinkClusterSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, path, LONGEST),
    ...pairProblems(settings.versions, `${path}.versions`),
    ...podProblems(settings, path, SESSION_KEYS),
    ...maxProblems(settings, path),
    ...variableProblems(settings.worker, `${path}.worker`, OWN_VARIABLES),
    ...featureProblems(settings.worker, `${path}.worker`),
    ...collectionProblems(settings.worker, `${path}.worker`),
    ...hiddenFolders(settings.worker.mounts, WORKER_FOLDERS, `${path}.worker.mounts`),
  ];
}

/** Problems of mounts that hide folders of a container. */
export function hiddenFolders(
  mounts: Parameters<typeof mountProblems>[0] | undefined,
  folders: readonly string[],
  path: string,
): Problem[] {
  return mountProblems(mounts ?? {}, folders, { id: "flink.mount-hides-folder", path });
}

/** Problems that session clusters and applications share. */
export function podProblems(settings: FlinkPodSettings, path: string, keys: KeyRules): Problem[] {
  return [
    ...sizeProblems(settings, path),
    ...stateProblems(settings, path),
    ...podPlacementProblems(settings, path),
    ...configurationProblems(settings, `${path}.flinkConfiguration`, keys),
  ];
}

/** Problems of the props of an existing cluster. */
export function existingClusterProblems(
  { name, namespace, versions }: { readonly name: string; readonly namespace: string; readonly versions: BeamOnFlink },
  path: string,
): Problem[] {
  return [
    ...nameProblems(name, path, LONGEST),
    ...existingNamespaceProblems(namespace, path),
    ...pairProblems(versions, `${path}.versions`),
  ];
}

/** The API server requires a namespace to be an RFC 1123 label. */
function existingNamespaceProblems(namespace: string, path: string): Problem[] {
  if (labelNameSchema.safeParse(namespace).success) return [];
  return [
    {
      id: "flink.cluster-namespace",
      path: `${path}.namespace`,
      got: JSON.stringify(namespace),
      allowed: "1 to 63 of a-z, 0-9 and -, a letter or digit at both ends",
      fix: "set the namespace of the cluster",
    },
  ];
}

/** What the operator's webhook depends on. */
export interface WebhookContext {
  readonly hasCertManager: boolean;
  /** Does the API server reach webhooks in the host's network only? */
  readonly onHost: boolean;
  readonly path: string;
}

/** The chart's webhook needs a Certificate and an Issuer of cert-manager; the chart has no value for the host's network. */
export function webhookProblems(webhook: boolean | undefined, { hasCertManager, onHost, path }: WebhookContext): Problem[] {
  if (webhook !== true) return [];
  if (onHost) return [webhookOnHost(path)];
  if (hasCertManager) return [];
  return [
    {
      id: "flink.webhook-without-cert-manager",
      path: `${path}.webhook`,
      got: "a webhook in an environment without cert-manager",
      allowed: "false, or an environment with certManager",
      fix: "add certManager: {} to the environment (certManager: { existing: true } if the cluster has it already), or remove webhook",
    },
  ];
}

function webhookOnHost(path: string): Problem {
  return {
    id: "flink.webhook-on-host",
    path: `${path}.webhook`,
    got: "a webhook in an environment whose webhooks are in the host's network",
    allowed: "false: the operator's chart cannot use the host's network, and the operator itself validates its objects, too",
    fix: 'remove webhook, or set network.webhooks to "pods"',
  };
}

/** An operator with `watchNamespaces` ignores clusters in other namespaces. */
export function watchProblems(watched: readonly string[] | undefined, namespace: string, path: string): Problem[] {
  if (watched === undefined || watched.includes(namespace)) return [];
  return [
    {
      id: "flink.namespace-not-watched",
      path: `${path}.namespace`,
      got: `namespace ${namespace}, which the operator does not watch`,
      allowed: watched.join(", "),
      fix: `add ${namespace} to flink.operator.watchNamespaces, or move the cluster`,
    },
  ];
}

/** A name that the operator refuses. */
export function nameProblems(name: string, path: string, longest: number): Problem[] {
  if (NAME.test(name) && name.length <= longest) return [];
  return [
    {
      id: "flink.cluster-name",
      path,
      got: `the name ${JSON.stringify(name)}`,
      allowed: `1 to ${longest} of a-z, 0-9 and -, a letter first, no - at the end`,
      fix: "rename it",
    },
  ];
}

/** Minimum memory of each process. Source: output of BashJavaUtils of Flink 2.2.1 with all other memory options at their defaults. */
const LEAST_MEBIBYTES = { jobManager: 704, taskManager: 982 } as const;

function maxProblems({ taskManager: { replicas, maxReplicas } }: FlinkClusterSettings, path: string): Problem[] {
  return maxReplicas < replicas ? [maxBelowKept(replicas, maxReplicas, path)] : [];
}

function sizeProblems(settings: FlinkPodSettings, path: string): Problem[] {
  const small = (["jobManager", "taskManager"] as const).filter((part) => settings[part].memory.inMebibytes < LEAST_MEBIBYTES[part]);
  return small.map((part) => ({
    id: "flink.memory-too-small",
    path: `${path}.${part}.memory`,
    got: settings[part].memory.toString(),
    allowed: `at least ${LEAST_MEBIBYTES[part]}Mi`,
    fix: "raise the memory: Flink does not start with less",
  }));
}

/** Variables that the worker's container always has: see `worker.ts`. */
const OWN_VARIABLES = ["HOME", "USER"];

function featureProblems({ env, secretEnv, featureStore }: FlinkClusterSettings["worker"], path: string): Problem[] {
  return featureVariableProblems({ ...env, ...secretEnv }, featureStore, { id: "flink.variable-of-feature-store", path });
}

function collectionProblems({ env, secretEnv, collections }: FlinkClusterSettings["worker"], path: string): Problem[] {
  const inImage = collections.filter(({ inVolume }) => !inVolume);
  return [
    ...collectionVariableProblems({ ...env, ...secretEnv }, collections, { id: "flink.variable-of-collections", path }),
    ...versionProblems(collections, { id: "flink.collection-versions", path: `${path}.collections` }),
    ...inImage.map(({ name }) => ({
      id: "flink.collection-in-image",
      path: `${path}.collections`,
      got: `${name}, which is in the image of the workers`,
      allowed: "collections in volumes: the others need nothing here",
      fix: "remove it",
    })),
  ];
}

/** If a container has two variables of one name, Kubernetes silently uses the last. */
export function variableProblems(
  { env = {}, secretEnv = {} }: Pick<FlinkPodSettings, "env" | "secretEnv">,
  path: string,
  own: readonly string[],
): Problem[] {
  const taken = new Set([...own, ...Object.keys(env)]);
  return Object.keys(secretEnv)
    .filter((name) => taken.has(name))
    .map((name) => ({
      id: "flink.variable-twice",
      path: joinPath(`${path}.secretEnv`, [name]),
      got: Object.hasOwn(env, name) ? `the variable ${name}, which env sets too` : `the variable ${name}, which the container already has`,
      allowed: "each variable once",
      fix: "remove one of the two",
    }));
}

function maxBelowKept(replicas: number, maxReplicas: number, path: string): Problem {
  return {
    id: "flink.max-replicas-below-replicas",
    path: `${path}.taskManager.maxReplicas`,
    got: `maxReplicas ${maxReplicas} below replicas ${replicas}`,
    allowed: `at least ${replicas}`,
    fix: "raise maxReplicas or lower replicas",
  };
}
