/** Requirements of an environment that its cluster does not meet, as far as the API server can tell. */

import type { JsonObject } from "#lib/core/json";
import { isJsonObject, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { type Problem, sortProblems } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import type { Requirement, RequirementType } from "#lib/kube/requirement";
import type { Release } from "#lib/release/release";
import { isForbidden, isNotFound, NoMatchError } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import { fixFor, requirementText } from "./requirements";
import { unknownFields } from "./unknown-fields";

/** Calls of the check. */
export type RequirementReader = Pick<KubeClient, "get" | "list" | "discover" | "json">;

/** The result for one requirement. */
export interface Verdict {
  readonly requirement: Requirement;
  readonly state: "there" | "missing" | "unknown";
  /** How to meet it. @default nothing to do, or nothing known */
  readonly fix?: string;
  /** Versions of a custom kind that an operator that is there serves in place of the one needed. @default none */
  readonly served?: readonly string[];
  /** Fields of our objects that the custom kind does not have there. @default none */
  readonly lacks?: readonly string[];
}

/** What is missing, and what is there in its place. */
export function missingText({ requirement, served = [], lacks = [] }: Verdict): string {
  const found = served.length > 0 ? `, only ${served.join(", ")}` : "";
  return `${requirementText(requirement)}${lacks.length > 0 ? ` with ${lacks.join(", ")}` : found}`;
}

/** Kinds of objects, by requirement. */
const OBJECTS: Readonly<Partial<Record<RequirementType, { readonly apiVersion: string; readonly kind: string }>>> = {
  secret: { apiVersion: "v1", kind: "Secret" },
  "config-map": { apiVersion: "v1", kind: "ConfigMap" },
  "volume-claim": { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  "resource-claim": { apiVersion: "resource.k8s.io/v1", kind: "ResourceClaim" },
  "resource-claim-template": { apiVersion: "resource.k8s.io/v1", kind: "ResourceClaimTemplate" },
  "storage-class": { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
  "priority-class": { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
  "runtime-class": { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass" },
  "ingress-class": { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" },
  "trust-bundle": { apiVersion: "certificates.k8s.io/v1beta1", kind: "ClusterTrustBundle" },
};

/** Without an ingress class an address is missing, and nodes may come with the first pod: everything else keeps pods from starting. */
const NOT_AT_START: ReadonlySet<RequirementType> = new Set(["ingress-class", "nodes"]);

/** Simulated pods start without what their containers would read. */
const READ_BY_CONTAINERS: ReadonlySet<RequirementType> = new Set(["secret", "config-map", "trust-bundle"]);

/** Requirements that the cluster of this environment can be asked about. */
export function checkable({ requires }: Release, { cluster }: Pick<Core, "cluster">): Requirement[] {
  const known = requires.filter(({ type }) => type in OBJECTS || type === "kind" || type === "nodes");
  return cluster.type === "embedded" ? known.filter(({ type }) => !READ_BY_CONTAINERS.has(type)) : known;
}

/** Asks the cluster about one requirement. */
export async function verdictOn(client: RequirementReader, requirement: Requirement, release: Release): Promise<Verdict> {
  try {
    return { requirement, ...(await lookFor(client, requirement, release)) };
  } catch (thrown) {
    if (isForbidden(thrown)) return { requirement, state: "unknown" };
    throw thrown;
  }
}

/** A problem for each requirement that is missing and without which something does not start. */
export async function missingRequirements(client: RequirementReader, environment: Core, release: Release): Promise<Problem[]> {
  const needed = checkable(release, environment).filter(({ type }) => !NOT_AT_START.has(type));
  const verdicts = await Promise.all(needed.map((requirement) => verdictOn(client, requirement, release)));
  return sortProblems(verdicts.filter(({ state }) => state === "missing").map(problemOf));
}

function problemOf(verdict: Verdict): Problem {
  const { requirement, fix = "" } = verdict;
  return {
    id: "cluster.requirement-missing",
    path: requirement.sources[0] ?? requirement.name,
    got: `a cluster without ${missingText(verdict)}`,
    allowed: `one that has it: ${requirement.purpose}`,
    fix: `${fix}; to go on without it, give --ignore-missing`,
  };
}

type Found = Omit<Verdict, "requirement">;

const THERE: Found = { state: "there" };

async function lookFor(client: RequirementReader, requirement: Requirement, release: Release): Promise<Found> {
  const { type, name } = requirement;
  if (type === "kind") return lookForKind(client, requirement, release);
  if (type === "nodes") return found(await hasNodes(client, name), requirement, release);
  if (type === "storage-class" && name === "") return found(await hasDefaultClass(client), requirement, release);
  return lookForObject(client, requirement, release);
}

function found(there: boolean, requirement: Requirement, release: Release): Found {
  return there ? THERE : { state: "missing", fix: fixFor(requirement, { release, hasNamespace: true }) };
}

async function hasNodes(client: RequirementReader, labelSelector: string): Promise<boolean> {
  return (await client.list({ apiVersion: "v1", kind: "Node", labelSelector, metadataOnly: true })).length > 0;
}

async function lookForObject(client: RequirementReader, requirement: Requirement, release: Release): Promise<Found> {
  const { type, name, namespace } = requirement;
  const kind = OBJECTS[type];
  if (kind === undefined) return { state: "unknown" };
  const object = await absent(client.get({ ...kind, name, namespace }));
  if (object) return keysOf(object, requirement, release);
  const hasNamespace =
    namespace === undefined || (await absent(client.get({ apiVersion: "v1", kind: "Namespace", name: namespace }))) !== undefined;
  return { state: "missing", fix: fixFor(requirement, { release, hasNamespace }) };
}

/** Names of keys only: values are neither kept nor shown. */
function keysOf(object: KubeObject, requirement: Requirement, release: Release): Found {
  const has = [object["data"], object["binaryData"]].filter((map): map is JsonObject => isJsonObject(map)).flatMap(Object.keys);
  const lacks = (requirement.keys ?? []).filter((key) => !has.includes(key));
  return lacks.length === 0 ? THERE : { state: "missing", fix: fixFor(requirement, { release, lacks, hasNamespace: true }) };
}

async function hasDefaultClass(client: RequirementReader): Promise<boolean> {
  const classes = await client.list({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadataOnly: true });
  return classes.some(({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true");
}

/** An operator that is there may be of another version than the one whose kinds the environment writes. */
async function lookForKind(client: RequirementReader, requirement: Requirement, release: Release): Promise<Found> {
  const [apiVersion = "", kind = ""] = requirement.name.split(" ");
  if (await serves(client, apiVersion, kind)) return fieldsOf(client, requirement, release);
  const served: string[] = [];
  for (const other of await versionsOf(client, apiVersion)) if (await serves(client, other, kind)) served.push(other);
  return { state: "missing", served, fix: fixFor(requirement, { release, served, hasNamespace: true }) };
}

/** The API server drops fields that a CRD does not know, and says nothing. */
async function fieldsOf(client: RequirementReader, requirement: Requirement, release: Release): Promise<Found> {
  const [apiVersion = "", kind = ""] = requirement.name.split(" ");
  const { plural } = await client.discover(apiVersion, kind);
  const name = `${plural}.${apiVersion.split("/")[0]}`;
  const definition = await absent(client.get({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name }));
  const ours = release.objects.flatMap(({ manifest }) => (manifest.apiVersion === apiVersion && manifest.kind === kind ? [manifest] : []));
  const lacks = [...new Set(ours.flatMap((manifest) => (definition ? unknownFields(manifest, definition) : [])))].sort(compareText);
  return lacks.length === 0 ? THERE : { state: "missing", lacks, fix: fixFor(requirement, { release, lacks, hasNamespace: true }) };
}

async function serves(client: RequirementReader, apiVersion: string, kind: string): Promise<boolean> {
  try {
    await client.discover(apiVersion, kind);
    return true;
  } catch (thrown) {
    if (thrown instanceof NoMatchError) return false;
    throw thrown;
  }
}

/** Every version that the cluster serves of a group. */
async function versionsOf(client: RequirementReader, apiVersion: string): Promise<string[]> {
  const [group = ""] = apiVersion.split("/");
  const versions = valueAt((await absent(client.json({ method: "GET", path: `/apis/${encodeURIComponent(group)}` }))) ?? {}, ["versions"]);
  return (Array.isArray(versions) ? versions : []).flatMap((version) => String(valueAt(version, ["groupVersion"]) ?? []));
}

async function absent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (isNotFound(thrown) || thrown instanceof NoMatchError) return undefined;
    throw thrown;
  }
}
