/** What an object needs before it can exist or run: namespace, accounts, configuration, storage, classes. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type GroupKind, groupKind, idOf, type KubeObject } from "./object";

/** One object named by another. */
export interface Reference {
  /** Id of the object that is named. */
  readonly id: string;
  /** Why it is needed, in a word or two. */
  readonly reason: string;
}

/** Everything that `object` names in its own text; what of it belongs to the same release is for the caller to see. */
export function referencesOf(object: KubeObject): Reference[] {
  const { namespace } = object.metadata;
  const found: Reference[] = [];
  if (namespace !== undefined) found.push({ id: idOf("core/Namespace", namespace), reason: "namespace" });
  found.push(...(BY_KIND[groupKind(object)]?.(object) ?? []));
  if (namespace !== undefined) walk(object, (node) => found.push(...podReferences(node, namespace)));
  return found;
}

const BY_KIND: Readonly<Record<GroupKind, (object: KubeObject) => Reference[]>> = {
  "rbac.authorization.k8s.io/RoleBinding": bindingReferences,
  "rbac.authorization.k8s.io/ClusterRoleBinding": bindingReferences,
};

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

/** Fields by which pod specs (also those inside custom resources) name other objects of their namespace. */
const NAMED_BY: readonly { readonly field: string; readonly inner?: string; readonly kind: GroupKind; readonly reason: string }[] = [
  { field: "serviceAccountName", kind: "core/ServiceAccount", reason: "service account" },
  { field: "serviceAccount", kind: "core/ServiceAccount", reason: "service account" },
  { field: "configMap", inner: "name", kind: "core/ConfigMap", reason: "configuration" },
  { field: "configMapRef", inner: "name", kind: "core/ConfigMap", reason: "configuration" },
  { field: "configMapKeyRef", inner: "name", kind: "core/ConfigMap", reason: "configuration" },
  { field: "secret", inner: "secretName", kind: "core/Secret", reason: "secret" },
  { field: "secretRef", inner: "name", kind: "core/Secret", reason: "secret" },
  { field: "secretKeyRef", inner: "name", kind: "core/Secret", reason: "secret" },
  { field: "persistentVolumeClaim", inner: "claimName", kind: "core/PersistentVolumeClaim", reason: "storage" },
];

function podReferences(node: JsonObject, namespace: string): Reference[] {
  const found: Reference[] = [];
  for (const { field, inner, kind, reason } of NAMED_BY) {
    const value = node[field];
    const name = inner !== undefined && isJsonObject(value) ? value[inner] : value;
    if (typeof name === "string") found.push({ id: idOf(kind, name, namespace), reason });
  }
  const priority = node["priorityClassName"];
  if (typeof priority === "string") found.push({ id: idOf("scheduling.k8s.io/PriorityClass", priority), reason: "priority class" });
  return found;
}

function walk(value: JsonValue | undefined, visit: (node: JsonObject) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isJsonObject(value)) {
    visit(value);
    for (const key of Object.keys(value)) walk(value[key], visit);
  }
}

/** The kind that a CustomResourceDefinition defines, or `undefined` for any other object. */
export function definedKind(object: KubeObject): GroupKind | undefined {
  if (groupKind(object) !== "apiextensions.k8s.io/CustomResourceDefinition") return undefined;
  const spec = object["spec"];
  if (!isJsonObject(spec) || !isJsonObject(spec["names"])) return undefined;
  return `${String(spec["group"])}/${String(spec["names"]["kind"])}`;
}

/** The kind whose objects a Stage of the simulator (kwok) moves, or `undefined` for any other object. */
export function simulatedKind(object: KubeObject): GroupKind | undefined {
  const kind = valueAt(object, ["spec", "resourceRef", "kind"]);
  const apiVersion = valueAt(object, ["spec", "resourceRef", "apiGroup"]);
  if (groupKind(object) !== "kwok.x-k8s.io/Stage" || typeof kind !== "string" || typeof apiVersion !== "string") return undefined;
  return groupKind({ apiVersion, kind });
}
