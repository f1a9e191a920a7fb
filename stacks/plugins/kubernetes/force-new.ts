/**
 * Fields that cannot change in place. The rows are those of pulumi-kubernetes 4 (provider/pkg/provider/diff.go), so that
 * both providers plan the same replacements; what the table misses, the server's own refusal tells (see `immutable.ts`).
 */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { groupOf } from "#lib/kube/object";
import { type Difference, type FieldPath, parsePath } from "./differences";
import { gvkOfObject } from "./kube-fields";

/** Whether data of ConfigMaps and Secrets may change in place. */
export interface Mutability {
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
}

const SELECTOR = ["spec.selector"];
const JOB = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];
const STATEFUL_SET = [
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  "spec.selector",
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];
const ROLE_BINDING = ["roleRef"];

const CONTAINER = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
].flatMap((field) => [`spec.containers[*].${field}`, `spec.initContainers[*].${field}`]);

const POD = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
].map((field) => `spec.${field}`);

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
].map((field) => `spec.${field}`);

/** By group and kind; versions that are gone from every supported Kubernetes are left out. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": SELECTOR,
  "apps/Deployment": SELECTOR,
  "apps/StatefulSet": STATEFUL_SET,
  "batch/Job": JOB,
  "core/PersistentVolume": VOLUME_SOURCES,
  "core/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "core/Pod": [...POD, ...CONTAINER],
  "core/ResourceQuota": ["spec.scopes"],
  "core/Secret": ["type"],
  "core/Service": ["spec.clusterIP"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ROLE_BINDING,
  "rbac.authorization.k8s.io/RoleBinding": ROLE_BINDING,
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** Name and namespace are what an object is: changing them makes another one. */
const IDENTITY = ["metadata.name", "metadata.namespace"];

/** The fields of an object that force a new one. */
export function forceNewFields(object: JsonObject, mutability: Mutability): readonly FieldPath[] {
  const { apiVersion, kind } = gvkOfObject(object);
  const key = `${groupOf(apiVersion)}/${kind}`;
  const immutable = object["immutable"] === true;
  const data = [
    ...(key === "core/Secret" && (immutable || !mutability.enableSecretMutable) ? ["stringData", "data"] : []),
    ...(key === "core/ConfigMap" && (immutable || !mutability.enableConfigMapMutable) ? ["binaryData", "data"] : []),
  ];
  return [...IDENTITY, ...(TABLE[key] ?? []), ...data].map(parsePath);
}

/** Does a difference touch one of the fields, from inside or as a whole? */
export function forcesNew({ path, value }: Difference, fields: readonly FieldPath[]): boolean {
  return fields.some((field) => {
    const shared = Math.min(path.length, field.length);
    const along = field.slice(0, shared).every((step, index) => step === "*" || step === path[index]);
    return along && (field.length <= path.length || holds(value, field.slice(shared)));
  });
}

function holds(value: JsonValue | undefined, [step, ...rest]: FieldPath): boolean {
  if (step === undefined) return value !== undefined;
  if (step === "*") return Array.isArray(value) && value.some((item) => holds(item, rest));
  return isJsonObject(value) && holds(value[step], rest);
}
