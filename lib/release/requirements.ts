/** Requirements of a release: what its objects and charts refer to and nothing in the release creates, and what components add. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { type GroupKind, groupKind, idOf, type KubeObject, objectId } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import { definedKind, referencesOf } from "#lib/kube/references";
import type { Requirement, RequirementType } from "#lib/kube/requirement";

/** Inputs of the requirements. */
export interface RequirementParts {
  /** Finished objects, each with its path in the environment file. */
  readonly objects: readonly { readonly source: string; readonly manifest: KubeObject }[];
  readonly charts: readonly {
    readonly source: string;
    readonly component: string;
    readonly values: JsonObject;
    readonly provides: readonly GroupKind[];
  }[];
  readonly kinds: ReadonlyMap<GroupKind, OwnedKind>;
  /** Requirements that components add. */
  readonly added: readonly Requirement[];
}

/** Kinds that an environment may leave to others. */
const PROVIDED: Readonly<Record<GroupKind, RequirementType>> = {
  "core/Secret": "secret",
  "core/ConfigMap": "config-map",
  "core/PersistentVolumeClaim": "volume-claim",
  "resource.k8s.io/ResourceClaim": "resource-claim",
  "resource.k8s.io/ResourceClaimTemplate": "resource-claim-template",
  "scheduling.k8s.io/PriorityClass": "priority-class",
  "node.k8s.io/RuntimeClass": "runtime-class",
  "networking.k8s.io/IngressClass": "ingress-class",
  "certificates.k8s.io/ClusterTrustBundle": "trust-bundle",
};

/** Objects of every cluster, and the kind of the simulator's stages, which the embedded control plane serves. */
const ALWAYS_THERE = [/^core\/ConfigMap\/[^/]+\/kube-root-ca\.crt$/, /^scheduling\.k8s\.io\/PriorityClass\/system-/];
const SIMULATOR: GroupKind = "kwok.x-k8s.io/Stage";

/** All requirements, sorted by type, namespace and name; each once, with every key and source. */
export function requirementsIn(parts: RequirementParts): Requirement[] {
  const made = madeIn(parts);
  const found = [
    ...requiredOf(parts, (id) => !made.has(id)),
    ...kindsElsewhere(parts),
    ...storageOf(parts),
    ...parts.objects.flatMap(hostnames),
  ];
  return merged(found);
}

/** What is needed of these objects, be they part of the release or not, sorted; each once, with every key and source. */
export function neededOf(parts: RequirementParts, ids: { readonly has: (id: string) => boolean }): Requirement[] {
  return merged(requiredOf(parts, (id) => ids.has(id)));
}

function requiredOf(parts: RequirementParts, isWanted: (id: string) => boolean): Requirement[] {
  return [...parts.added.filter((one) => isWanted(idOfRequirement(one))), ...referred(parts, isWanted)];
}

/** Id of the object that meets a requirement. */
export function idOfRequirement({ type, name, namespace }: Pick<Requirement, "type" | "name" | "namespace">): string {
  const kind = Object.entries(PROVIDED).find(([, provided]) => provided === type)?.[0];
  return kind === undefined ? "" : idOf(kind as GroupKind, name, namespace);
}

function merged(found: readonly Requirement[]): Requirement[] {
  const known = new Map<string, Requirement>();
  for (const requirement of found) {
    const key = [requirement.type, requirement.namespace ?? "", requirement.name].join("\n");
    const other = known.get(key);
    known.set(key, other ? both(other, requirement) : requirement);
  }
  return [...known].sort(([a], [b]) => compareText(a, b)).map(([, requirement]) => requirement);
}

function both(one: Requirement, other: Requirement): Requirement {
  const keys = union(one.keys, other.keys);
  const purposes = union(one.purpose.split(", "), other.purpose.split(", "));
  return { ...other, ...one, ...(keys.length > 0 && { keys }), purpose: purposes.join(", "), sources: union(one.sources, other.sources) };
}

function union(one: readonly string[] = [], other: readonly string[] = []): string[] {
  return [...new Set([...one, ...other])].sort(compareText);
}

/** Ids of the objects of a release, and of those that its operators make. */
function madeIn({ objects, kinds }: RequirementParts): Set<string> {
  return new Set(objects.flatMap(({ manifest }) => [objectId(manifest), ...madeFor(manifest, kinds)]));
}

/** Ids of what an operator makes for an object. */
export function madeFor(manifest: KubeObject, kinds: RequirementParts["kinds"]): string[] {
  const owned = kinds.get(groupKind(manifest));
  const secrets = (owned?.secretsOf?.(manifest) ?? []).map((name) => idOf("core/Secret", name, manifest.metadata.namespace));
  return [...secrets, ...(owned?.makes?.(manifest) ?? [])];
}

function referred({ objects }: RequirementParts, isWanted: (id: string) => boolean): Requirement[] {
  return objects.flatMap(({ manifest, source }) => {
    const ids = new Set(referencesOf(manifest).flatMap(({ id }) => (isWanted(id) && !isAlwaysThere(id) ? [id] : [])));
    return [...ids].flatMap((id) => requirementOf(id, manifest, source) ?? []);
  });
}

function isAlwaysThere(id: string): boolean {
  return ALWAYS_THERE.some((pattern) => pattern.test(id));
}

function requirementOf(id: string, manifest: KubeObject, source: string): Requirement | undefined {
  const [group, kind, ...place] = id.split("/");
  const type = PROVIDED[`${group}/${kind}`];
  const name = place.at(-1);
  if (type === undefined || name === undefined) return undefined;
  const common = { type, name, ...(place.length > 1 && { namespace: place[0] }), purpose: `pods of ${manifest.kind}`, sources: [source] };
  if (type !== "secret" && type !== "config-map") return common;
  const uses = usesOf(manifest, { type, name });
  if (uses.length > 0 && uses.every(({ optional }) => optional)) return undefined;
  const keys = union(uses.flatMap((use) => use.keys));
  return { ...common, ...(keys.length > 0 && { keys }) };
}

/** One use of a Secret or ConfigMap. */
interface Use {
  readonly keys: readonly string[];
  readonly optional: boolean;
}

/** Fields that refer to one, and the keys that each use reads. Source: PodSpec and Ingress of Kubernetes 1.34. */
const FIELDS = { secret: ["secret", "secretRef", "secretKeyRef"], "config-map": ["configMap", "configMapRef", "configMapKeyRef"] } as const;
/** Keys of a Secret of type `kubernetes.io/dockerconfigjson`, and of `kubernetes.io/tls`. */
const PULL_SECRET = [".dockerconfigjson"];
const CERTIFICATE = ["tls.crt", "tls.key"];

function usesOf(value: JsonValue | undefined, wanted: { readonly type: keyof typeof FIELDS; readonly name: string }): Use[] {
  if (Array.isArray(value)) return value.flatMap((item) => usesOf(item, wanted));
  if (!isJsonObject(value)) return [];
  const own = FIELDS[wanted.type].flatMap((field) => useAt(value[field], wanted.name));
  const pulls = wanted.type === "secret" ? named(value["imagePullSecrets"], "name", wanted.name) : [];
  const certificates = wanted.type === "secret" ? named(value["tls"], "secretName", wanted.name) : [];
  return [
    ...own,
    ...pulls.map(() => ({ keys: PULL_SECRET, optional: false })),
    ...certificates.map(() => ({ keys: CERTIFICATE, optional: false })),
    ...Object.values(value).flatMap((member) => usesOf(member, wanted)),
  ];
}

function useAt(value: JsonValue | undefined, name: string): Use[] {
  if (!isJsonObject(value) || (value["name"] !== name && value["secretName"] !== name)) return [];
  const items = Array.isArray(value["items"]) ? value["items"].filter(isJsonObject).map(({ key }) => key) : [];
  const keys = [value["key"], ...items].filter((key) => typeof key === "string");
  return [{ keys, optional: value["optional"] === true }];
}

function named(value: JsonValue | undefined, field: string, name: string): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject).filter((item) => item[field] === name) : [];
}

/** Custom kinds whose CRD neither the release nor one of its charts brings. */
function kindsElsewhere({ objects, charts }: RequirementParts): Requirement[] {
  const coming = new Set<GroupKind>([
    SIMULATOR,
    ...objects.flatMap(({ manifest }) => definedKind(manifest) ?? []),
    ...charts.flatMap(({ provides }) => provides),
  ]);
  return objects.flatMap(({ manifest, source }) => {
    const kind = groupKind(manifest);
    if (coming.has(kind) || isBuiltInGroup(kind.slice(0, kind.indexOf("/")))) return [];
    return [{ type: "kind", name: `${manifest.apiVersion} ${manifest.kind}`, purpose: "its operator and CRD", sources: [source] }];
  });
}

/** Storage classes of claims; claims that name none use the default class. */
function storageOf({ objects, charts }: RequirementParts): Requirement[] {
  const claims = [
    ...objects.flatMap(({ manifest, source }) => claimSpecs(manifest).map((claim) => ({ claim, source, of: manifest.kind }))),
    ...charts.flatMap(({ values, source, component }) => claimSpecs(values).map((claim) => ({ claim, source, of: component }))),
  ];
  const own = new Set(objects.flatMap(({ manifest }) => (manifest.kind === "StorageClass" ? [manifest.metadata.name] : [])));
  return claims.flatMap(({ claim: { storageClassName: name = "", volumeName }, source, of }) => {
    // An empty name or a volume's name asks for a volume that exists.
    if (typeof name !== "string" || volumeName !== undefined || own.has(name)) return [];
    return [{ type: "storage-class", name, purpose: `volumes of ${of}`, sources: [source] }];
  });
}

/** Specs of claims, including claim templates in custom resources and chart values. */
function claimSpecs(value: JsonValue | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(claimSpecs);
  if (!isJsonObject(value)) return [];
  if (Array.isArray(value["accessModes"]) && isJsonObject(value["resources"])) return value["storageClassName"] === "" ? [] : [value];
  return Object.values(value).flatMap(claimSpecs);
}

/** Hosts of Ingresses: DNS has to point them at the ingress controller. */
function hostnames({ manifest, source }: RequirementParts["objects"][number]): Requirement[] {
  const rules = manifest.kind === "Ingress" ? valueAt(manifest, ["spec", "rules"]) : undefined;
  const hosts = Array.isArray(rules) ? rules.filter(isJsonObject).map(({ host }) => host) : [];
  return hosts
    .filter((host) => typeof host === "string")
    .map((name) => ({ type: "hostname", name, purpose: `Ingress ${manifest.metadata.name}`, sources: [source] }));
}
