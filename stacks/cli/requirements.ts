/** Requirements of an environment as people read them, and how each is met. */

import { ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "#lib/kube/labels";
import type { Requirement, RequirementType } from "#lib/kube/requirement";
import type { Release } from "#lib/release/release";
import type { Output } from "./output";
import { table } from "./table";

/** What each type is called. */
const WORDS: Readonly<Record<RequirementType, string>> = {
  secret: "Secret",
  "config-map": "ConfigMap",
  "volume-claim": "PersistentVolumeClaim",
  "resource-claim": "ResourceClaim",
  "resource-claim-template": "ResourceClaimTemplate",
  "storage-class": "StorageClass",
  "priority-class": "PriorityClass",
  "runtime-class": "RuntimeClass",
  "ingress-class": "IngressClass",
  "trust-bundle": "ClusterTrustBundle",
  kind: "custom kind",
  nodes: "nodes",
  "feature-gate": "feature gate",
  bucket: "bucket",
  "cloud-identity": "identity",
  network: "network",
  queue: "queue",
  registry: "registry",
  hostname: "DNS name",
};

/** A requirement in a few words: `Secret flink/keys with the keys a, b`. */
export function requirementText({ type, name, namespace, keys = [] }: Requirement): string {
  const called = type === "storage-class" && name === "" ? "that is the default" : name;
  const of = keys.length > 0 ? ` with the key${keys.length === 1 ? "" : "s"} ${keys.join(", ")}` : "";
  return `${WORDS[type]} ${namespace === undefined ? "" : `${namespace}/`}${called}${of}`;
}

/** All requirements as a table. */
export function requirementsText(requires: readonly Requirement[], { colors }: Pick<Output, "colors">): string {
  const rows = requires.map((requirement) => [
    `  ${requirementText(requirement)}`,
    requirement.purpose,
    { text: requirement.sources.join(", "), paint: colors.dim },
  ]);
  return table(rows);
}

/** Where a requirement is missing. */
export interface MissingFrom {
  readonly release: Release;
  /** Keys that an existing object lacks, or fields that a custom kind does. @default it is missing */
  readonly lacks?: readonly string[];
  /** Versions that the cluster serves in place of the one of a custom kind. @default none */
  readonly served?: readonly string[];
  /** Does the namespace exist? */
  readonly hasNamespace: boolean;
}

/** The command or change that meets a requirement. */
export function fixFor(requirement: Requirement, from: MissingFrom): string {
  const { type, name, namespace } = requirement;
  switch (type) {
    case "secret":
    case "config-map":
      return from.lacks ? `add ${from.lacks.join(", ")} to it` : `${namespaceFirst(requirement, from)}${createText(requirement)}`;
    case "volume-claim":
      return `create the claim ${name} in namespace ${namespace}, or use another storage`;
    case "storage-class":
      return name === "" ? "mark a storage class as default, or name one" : "create it, or name one that exists (kubectl get storageclass)";
    case "kind":
      return from.served?.length || from.lacks
        ? `upgrade its operator to a version that has it, or let the environment install it`
        : "install its operator, or let the environment do it";
    case "feature-gate":
      return "enable it in the API server, scheduler and kubelets, or upgrade to a version that has it by default";
    default:
      return `create it, or change ${requirement.sources.join(", ")}`;
  }
}

/** A namespace with these labels is the environment's: `up` takes it over. */
function namespaceFirst({ namespace = "default" }: Requirement, { release, hasNamespace }: MissingFrom): string {
  if (hasNamespace) return "";
  const labels = `${ENVIRONMENT_LABEL}=${release.environment} ${MANAGED_BY_LABEL}=${MANAGED_BY}`;
  return `kubectl create namespace ${namespace} && kubectl label namespace ${namespace} ${labels} && `;
}

function createText({ type, name, namespace, keys = [], command }: Requirement): string {
  if (command !== undefined) return command;
  const values = (keys.length > 0 ? keys : ["<key>"]).map((key) => `--from-file=${key}=<file>`).join(" ");
  return `kubectl create ${type === "secret" ? "secret generic" : "configmap"} ${name} -n ${namespace} ${values}`;
}
