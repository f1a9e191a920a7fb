/** Looks before the first write: an object that somebody else made under one of our names is never taken over, what only grows is not shrunk, and state that nothing could read is not given up. */

import { log, runtime } from "@pulumi/pulumi";
import { formatProblem, type Problem } from "#lib/core/problem";
import type { Release } from "#lib/release/release";
import { streamUpgrades } from "../beam/stream-upgrades";
import { ApiError, messageOf } from "../cluster/api-error";
import { connect, type KubeClient } from "../cluster/client";
import { loadKubeconfig, requireWholePaths } from "../cluster/kubeconfig";
import { UnreachableError, whileAnswering } from "../cluster/reach";
import { isTransient } from "../cluster/retry";
import { claimWarnings } from "./claims";
import type { ClusterChoice } from "./cluster";
import { CLUSTER_AWAY_VARIABLE } from "./cluster-away";
import { foreignObjects } from "./ownership";
import { refusal } from "./refusal";
import { shrinkingObjects } from "./shrinks";
import { dropUnfinishedHelm } from "./unfinished-helm";

/** How long a busy cluster is asked again, and how long to wait for a first answer. A preview can do without a cluster. */
const PATIENCE = { preview: { deadlineMs: 0, answerMs: 4_000 }, write: { deadlineMs: 60_000, answerMs: undefined } } as const;

/**
 * Ends the program where objects of the release exist and belong to somebody else, or would shrink although they only grow, and where a
 * stream would lose its state.
 *
 * @throws RunError with one line an object; also where the cluster refuses to tell, or does not answer while something would be written
 */
export async function refuseForeignObjects(release: Release, cluster: ClusterChoice): Promise<void> {
  let problems: readonly Problem[];
  try {
    problems = await lookAround(release, cluster);
  } catch (thrown) {
    if (!isTransient(thrown) && thrown instanceof ApiError)
      throw refusal(`the cluster ${cluster.title} refuses to tell what is there: ${thrown.message}`);
    const reason =
      thrown instanceof UnreachableError ? thrown.message : `the cluster ${cluster.title} cannot be asked: ${messageOf(thrown)}`;
    if (!runtime.isDryRun()) throw refusal(`${reason}; nothing was changed`);
    await log.info(`${reason}; the preview shows what would be created there`);
    return;
  }
  if (problems.length > 0) throw refusal(problems.map(formatProblem).join("\n"));
}

async function lookAround(release: Release, { kubeconfig, context, ...cluster }: ClusterChoice): Promise<readonly Problem[]> {
  if (runtime.isDryRun() && process.env[CLUSTER_AWAY_VARIABLE] === "true") return [];
  const { deadlineMs, answerMs = cluster.answerMs } = PATIENCE[runtime.isDryRun() ? "preview" : "write"];
  if (kubeconfig !== undefined) requireWholePaths(kubeconfig, { context });
  const client = connect(loadKubeconfig(kubeconfig, { context }), { retry: { deadlineMs } });
  try {
    const look = async (): Promise<readonly Problem[]> => {
      const streams = await streamUpgrades(release, client);
      const refused = [...(await foreignObjects(release, client)), ...(await shrinkingObjects(release, client)), ...streams.problems];
      for (const note of streams.notes) await log.info(note);
      for (const warning of await claimWarnings(release, client)) await log.warn(formatProblem(warning));
      if (refused.length === 0 && !runtime.isDryRun()) await goOnAfterKill(release, client);
      return refused;
    };
    return await whileAnswering(client, look, answerMs);
  } finally {
    client.close();
  }
}

async function goOnAfterKill(release: Release, client: KubeClient): Promise<void> {
  const dropped = await dropUnfinishedHelm(release, client);
  if (dropped.length > 0) await log.warn(`a killed run left Helm releases unfinished, this one goes on: ${dropped.join(", ")}`);
}
