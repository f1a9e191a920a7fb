/** References of an object to others: namespace, accounts, configuration, storage, classes. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type GroupKind, groupKind, idOf, type KubeObject } from "./object";

/** A reference to an object. */
export interface Reference {
  /** Id of the referenced object. */
  readonly id: string;
  /** Reason, in a word or two. */
  readonly reason: string;
}

/** Every reference in `object`, also to objects outside of the release. */
export function referencesOf(object: KubeObject): Reference[] {
  const { namespace } = object.metadata;
  const found: Reference[] = [];
  if (namespace !== undefined) found.push({ id: idOf("core/Namespace", namespace), reason: "namespace" });
  found.push(...(BY_KIND[groupKind(object)]?.(object) ?? []));
  if (namespace !== undefined) walk(object, (node) => podReferences(node, namespace, found));
  return found;
}

const BY_KIND: Readonly<Record<GroupKind, (object: KubeObject) => Reference[]>> = {
  "rbac.authorization.k8s.io/RoleBinding": bindingReferences,
  "rbac.authorization.k8s.io/ClusterRoleBinding": bindingReferences,
  "networking.k8s.io/Ingress": ingressReferences,
};

function ingressReferences(object: KubeObject): Reference[] {
  const { namespace } = object.metadata;
  const classes = namesAt(valueAt(object, ["spec", "ingressClassName"]));
  const certificates = namesAt(valueAt(object, ["spec", "tls"]), ["secretName"]);
  return [
    ...classes.map((name) => ({ id: idOf("networking.k8s.io/IngressClass", name), reason: "ingress class" })),
    ...certificates.map((name) => ({ id: idOf("core/Secret", name, namespace), reason: "secret" })),
  ];
}

function bindingReferences(object: KubeObject): Reference[] {
  const role = object["roleRef"];
  const subjects = object["subjects"];
  const found: Reference[] = [];
  if (isJsonObject(role)) {
    const cluster = role["kind"] === "ClusterRole";
    found.push({
      id: idOf(`rbac.authorization.k8s.io/${String(role["kind"])}`, String(role["name"]), cluster ? undefined : object.metadata.namespace),
      reason: "role",
    });
  }
  for (const subject of Array.isArray(subjects) ? subjects.filter(isJsonObject) : []) {
    if (subject["kind"] !== "ServiceAccount") continue;
    found.push({
      id: idOf("core/ServiceAccount", String(subject["name"]), String(subject["namespace"] ?? object.metadata.namespace)),
      reason: "service account",
    });
  }
  return found;
}

/** What a field refers to. */
interface Naming {
  readonly kind: GroupKind;
  readonly reason: string;
  /** Key of the name inside a map, or inside each map of a list. @default the field itself is the name */
  readonly inner?: readonly string[];
  /** Is the referenced kind cluster-scoped? @default false */
  readonly ofCluster?: boolean;
}

/** Fields of pod specs (also inside custom resources) that refer to other objects. Source: PodSpec of Kubernetes 1.34. */
const NAMED_BY: ReadonlyMap<string, Naming> = new Map<string, Naming>([
  ["serviceAccountName", { kind: "core/ServiceAccount", reason: "service account" }],
  ["serviceAccount", { kind: "core/ServiceAccount", reason: "service account" }],
  ["configMap", { inner: ["name"], kind: "core/ConfigMap", reason: "configuration" }],
  ["configMapRef", { inner: ["name"], kind: "core/ConfigMap", reason: "configuration" }],
  ["configMapKeyRef", { inner: ["name"], kind: "core/ConfigMap", reason: "configuration" }],
  // A volume has `secretName`, a source of a projected volume has `name`.
  ["secret", { inner: ["secretName", "name"], kind: "core/Secret", reason: "secret" }],
  ["secretRef", { inner: ["name"], kind: "core/Secret", reason: "secret" }],
  ["secretKeyRef", { inner: ["name"], kind: "core/Secret", reason: "secret" }],
  ["nodePublishSecretRef", { inner: ["name"], kind: "core/Secret", reason: "secret" }],
  ["azureFile", { inner: ["secretName"], kind: "core/Secret", reason: "secret" }],
  ["imagePullSecrets", { inner: ["name"], kind: "core/Secret", reason: "secret" }],
  ["persistentVolumeClaim", { inner: ["claimName"], kind: "core/PersistentVolumeClaim", reason: "storage" }],
  ["resourceClaimName", { kind: "resource.k8s.io/ResourceClaim", reason: "devices" }],
  ["resourceClaimTemplateName", { kind: "resource.k8s.io/ResourceClaimTemplate", reason: "devices" }],
  ["priorityClassName", { ofCluster: true, kind: "scheduling.k8s.io/PriorityClass", reason: "priority class" }],
  ["runtimeClassName", { ofCluster: true, kind: "node.k8s.io/RuntimeClass", reason: "runtime class" }],
  ["storageClassName", { ofCluster: true, kind: "storage.k8s.io/StorageClass", reason: "storage class" }],
  ["clusterTrustBundle", { ofCluster: true, inner: ["name"], kind: "certificates.k8s.io/ClusterTrustBundle", reason: "authorities" }],
]);

/** A release has many maps and few of them have references: lists are allocated only for those. */
function podReferences(node: JsonObject, namespace: string, found: Reference[]): void {
  for (const field in node) {
    const naming = NAMED_BY.get(field);
    if (!naming) continue;
    const { inner, kind, reason, ofCluster = false } = naming;
    for (const name of namesAt(node[field], inner)) found.push({ id: idOf(kind, name, ofCluster ? undefined : namespace), reason });
  }
}

/** A custom resource may have a string where a pod spec has a map. */
function namesAt(value: JsonValue | undefined, inner: readonly string[] = []): string[] {
  if (typeof value === "string") return [value];
  const maps = [value].flat().filter(isJsonObject);
  return maps.flatMap((map) => inner.map((key) => map[key])).filter((name) => typeof name === "string");
}

function walk(value: JsonValue | undefined, visit: (node: JsonObject) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isJsonObject(value)) {
    visit(value);
    for (const key in value) walk(value[key], visit);
  }
}

/** The kind that a CustomResourceDefinition defines, or `undefined` for any other object. */
export function definedKind(object: KubeObject): GroupKind | undefined {
  if (groupKind(object) !== "apiextensions.k8s.io/CustomResourceDefinition") return undefined;
  const spec = object["spec"];
  if (!isJsonObject(spec) || !isJsonObject(spec["names"])) return undefined;
  return `${String(spec["group"])}/${String(spec["names"]["kind"])}`;
}

/** The kind that a Stage of the simulator (kwok) is about, or `undefined` for any other object. */
export function simulatedKind(object: KubeObject): GroupKind | undefined {
  const kind = valueAt(object, ["spec", "resourceRef", "kind"]);
  const apiVersion = valueAt(object, ["spec", "resourceRef", "apiGroup"]);
  if (groupKind(object) !== "kwok.x-k8s.io/Stage" || typeof kind !== "string" || typeof apiVersion !== "string") return undefined;
  return groupKind({ apiVersion, kind });
}
