/** The cluster of an environment: how to reach it, and a client that is closed again. */

import { existsSync } from "node:fs";
import type { Core } from "#lib/environment/spec";
import type { ClusterAccess } from "../cluster/access";
import { connect, type KubeClient } from "../cluster/client";
import { loadKubeconfig } from "../cluster/kubeconfig";
import { whileAnswering } from "../cluster/reach";
import { instanceNamed } from "../local/control-plane/instance";
import { runningPart } from "../local/control-plane/processes";
import { clusterOf } from "../program/cluster";
import { CommandError, EXIT } from "./exit-codes";

/** Who only looks does not wait a minute for a server that is busy. */
const READ_DEADLINE_MS = 10_000;

/** How long a cluster is asked. */
export interface Patience {
  /** For a server that answers and cannot do what it is asked. @default 10,000 */
  readonly deadlineMs?: number;
  /** For the first answer. @default that of the cluster */
  readonly answerMs?: number;
}

/**
 * How the cluster of an environment is reached.
 *
 * @throws CommandError when the embedded control plane was never started
 * @throws KubeconfigError when the kubeconfig or its context is missing
 */
export function accessOf(environment: Core): ClusterAccess {
  const { kubeconfig, context } = clusterOf(environment);
  const { name, cluster } = environment;
  if (cluster.type === "embedded" && kubeconfig !== undefined && !existsSync(kubeconfig)) {
    throw new CommandError(EXIT.other, `the control plane of ${name} was never started`, `run ${upOf(environment)}`);
  }
  return loadKubeconfig(kubeconfig, { ...(context !== undefined && { context }) });
}

/**
 * Runs `work` with a client for the environment's cluster.
 *
 * @throws CommandError when the embedded control plane does not run
 * @throws UnreachableError when the cluster does not answer
 */
export async function withCluster<T>(
  environment: Core,
  work: (client: KubeClient) => Promise<T>,
  { deadlineMs = READ_DEADLINE_MS, answerMs = clusterOf(environment).answerMs }: Patience = {},
): Promise<T> {
  requireRunning(environment);
  const client = connect(accessOf(environment), { retry: { deadlineMs } });
  try {
    return await whileAnswering(client, () => work(client), answerMs);
  } finally {
    client.close();
  }
}

/** Pulumi's own variables for a cluster that is gone for good: its objects are dropped from the state, or left as they are there. */
const GONE_VARIABLES = ["PULUMI_K8S_DELETE_UNREACHABLE", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"];

/** May the cluster be away, because the user has said what then happens to its objects? */
export function mayBeAway(env: NodeJS.ProcessEnv = process.env): boolean {
  return GONE_VARIABLES.some((name) => ["true", "1"].includes(env[name] ?? ""));
}

/**
 * Ends a command where the cluster does not answer: the engine would meet that at every object. An embedded one is started instead.
 *
 * @throws UnreachableError
 */
export async function requireAnswer(environment: Core): Promise<void> {
  if (environment.cluster.type !== "embedded" && !mayBeAway()) await withCluster(environment, async () => {});
}

/** By its process alone: whether it is well, the first request tells. */
function requireRunning(environment: Core): void {
  const { name, cluster, rehearsal } = environment;
  if (cluster.type !== "embedded") return;
  const instance = instanceNamed(name);
  if (existsSync(instance.run) && runningPart(instance, "kube-apiserver") === undefined)
    throw new CommandError(
      EXIT.other,
      `the control plane of ${name} is stopped`,
      `run ${rehearsal ? upOf(environment) : `beamstack-iac local start ${name}`}`,
    );
}

/** The command that brings an environment up. */
function upOf({ name, rehearsal }: Core): string {
  return `beamstack-iac up ${name}${rehearsal ? " --rehearse" : ""}`;
}
