/** Whose an object is: by its labels. Commands read this, too, so it does without the SDK, which takes as long to load as all else of them. */

import { formatProblem, type Problem, sortProblems } from "#lib/core/problem";
import { DIGEST_ANNOTATION, ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "#lib/kube/labels";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { isForbidden, isNotFound, NoMatchError } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import { isTransient } from "../cluster/retry";

/** Objects that the cluster itself makes in each namespace: adopting them is what an environment wants. */
const MADE_BY_CLUSTER = [/^core\/ServiceAccount\/[^/]+\/default$/, /^core\/ConfigMap\/[^/]+\/kube-root-ca\.crt$/];

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
