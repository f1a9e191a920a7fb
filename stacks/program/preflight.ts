/** Looks before the first write: an object that somebody else made under one of our names is never taken over, and what only grows is not shrunk. */

import { log, runtime } from "@pulumi/pulumi";
import { formatProblem, type Problem, sortProblems } from "#lib/core/problem";
import { DIGEST_ANNOTATION, ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "#lib/kube/labels";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { ApiError, isForbidden, isNotFound, messageOf, NoMatchError } from "../cluster/api-error";
import { connect, type KubeClient } from "../cluster/client";
import { loadKubeconfig, requireWholePaths } from "../cluster/kubeconfig";
import { UnreachableError, whileAnswering } from "../cluster/reach";
import { isTransient } from "../cluster/retry";
import { claimWarnings } from "./claims";
import type { ClusterChoice } from "./cluster";
import { CLUSTER_AWAY_VARIABLE } from "./cluster-away";
import { refusal } from "./refusal";
import { shrinkingObjects } from "./shrinks";
import { dropUnfinishedHelm } from "./unfinished-helm";

/** Objects that the cluster itself makes in each namespace: adopting them is what an environment wants. */
const MADE_BY_CLUSTER = [/^core\/ServiceAccount\/[^/]+\/default$/, /^core\/ConfigMap\/[^/]+\/kube-root-ca\.crt$/];

/** How long a busy cluster is asked again, and how long to wait for a first answer. A preview can do without a cluster. */
const PATIENCE = { preview: { deadlineMs: 0, answerMs: 4_000 }, write: { deadlineMs: 60_000, answerMs: undefined } } as const;

/**
 * Ends the program where objects of the release exist and belong to somebody else, or would shrink although they only grow.
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
      const refused = [...(await foreignObjects(release, client)), ...(await shrinkingObjects(release, client))];
      for (const warning of await claimWarnings(release, client)) await log.warn(formatProblem(warning));
      if (refused.length === 0 && !runtime.isDryRun()) await goOnAfterKill(release, client);
      return refused;
    };
    return await whileAnswering(client, look, answerMs);
  } finally {
    client.close();
  }
}

/**
 * A look at one object right before it is created: the provider would merge ours into an object that appeared after the first look.
 *
 * @throws Error if the object exists and belongs to somebody else
 */
export async function refuseForeignObject(object: KubeObject, environment: string, client: Pick<KubeClient, "get">): Promise<void> {
  if (MADE_BY_CLUSTER.some((pattern) => pattern.test(objectId(object)))) return;
  const found = await existingOne(client, object);
  if (found && !isOurs(found, environment)) throw new Error(formatProblem(problemOf(found, environment)));
}

async function existingOne(client: Pick<KubeClient, "get">, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return (await read(client, object))[0];
  } catch (thrown) {
    // The provider asks for the same kind next, and says what is wrong with the answer.
    if (thrown instanceof NoMatchError || isForbidden(thrown) || isTransient(thrown)) return undefined;
    throw thrown;
  }
}

async function goOnAfterKill(release: Release, client: KubeClient): Promise<void> {
  const dropped = await dropUnfinishedHelm(release, client);
  if (dropped.length > 0) await log.warn(`a killed run left Helm releases unfinished, this one goes on: ${dropped.join(", ")}`);
}

/** One problem for each object of the release that exists and is not this environment's. */
export async function foreignObjects(release: Release, client: Pick<KubeClient, "list" | "get">): Promise<Problem[]> {
  const manifests = release.objects
    .filter(({ id }) => !MADE_BY_CLUSTER.some((pattern) => pattern.test(id)))
    .map(({ manifest }) => manifest);
  const byKind = new Map<string, [KubeObject, ...KubeObject[]]>();
  for (const manifest of manifests) {
    const others = byKind.get(groupKind(manifest));
    if (others) others.push(manifest);
    else byKind.set(groupKind(manifest), [manifest]);
  }
  const found = await Promise.all([...byKind.values()].map((wanted) => existing(client, wanted)));
  const foreign = found.flat().filter((object) => !isOurs(object, release.environment));
  return sortProblems(foreign.map((object) => problemOf(object, release.environment)));
}

/** Those of `wanted`, all of one kind, that exist. */
async function existing(client: Pick<KubeClient, "list" | "get">, wanted: readonly [KubeObject, ...KubeObject[]]): Promise<KubeObject[]> {
  const [{ apiVersion, kind }] = wanted;
  const ids = new Set(wanted.map(objectId));
  try {
    const all = await client.list({ apiVersion, kind, metadataOnly: true });
    return all.filter((object) => ids.has(objectId(object)));
  } catch (thrown) {
    // A kind that the cluster does not know yet has no objects.
    if (thrown instanceof NoMatchError) return [];
    // Who may not list in every namespace may still read what is theirs.
    if (isForbidden(thrown)) return (await Promise.all(wanted.map((object) => read(client, object)))).flat();
    throw thrown;
  }
}

async function read(client: Pick<KubeClient, "get">, object: KubeObject): Promise<KubeObject[]> {
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  try {
    return [await client.get({ apiVersion, kind, name, namespace })];
  } catch (thrown) {
    if (isNotFound(thrown)) return [];
    throw thrown;
  }
}

/** A label that a person took away leaves the digest: such an object is mended, not refused. */
export function isOurs({ metadata: { labels = {}, annotations = {} } }: KubeObject, environment: string): boolean {
  const owner = labels[ENVIRONMENT_LABEL];
  if (owner !== undefined) return owner === environment && labels[MANAGED_BY_LABEL] === MANAGED_BY;
  return annotations[DIGEST_ANNOTATION] !== undefined;
}

/** Two environments share a cluster by names of their own; taking an object from another one would break it. */
function elsewhere(owner: string): string {
  return `leave it to ${JSON.stringify(owner)}: set another prefix in this environment, another namespace, or another name`;
}

function problemOf(object: KubeObject, environment: string): Problem {
  const { labels = {} } = object.metadata;
  const owner = labels[ENVIRONMENT_LABEL] ?? labels[MANAGED_BY_LABEL];
  return {
    id: "cluster.foreign-object",
    path: objectId(object),
    got: `an object that exists already and belongs to ${owner === undefined ? "somebody else" : JSON.stringify(owner)}`,
    allowed: `no such object, or one labelled ${ENVIRONMENT_LABEL}: ${environment} and ${MANAGED_BY_LABEL}: ${MANAGED_BY}`,
    fix: owner === undefined ? "rename ours; if their object is yours, delete it or give it these labels" : elsewhere(owner),
  };
}
