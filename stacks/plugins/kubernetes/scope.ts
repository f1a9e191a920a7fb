/** Which kinds live in a namespace, known without asking a server. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import { groupOf } from "#lib/kube/object";
import { objectsAt, textAt } from "./kube-fields";
import type { Gvk } from "./token";

/** API groups of Kubernetes itself. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "core",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** Kinds of those groups that live in no namespace (`kubectl api-resources --namespaced=false`, 1.34). */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IngressClass",
  "IPAddress",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectAccessReview",
  "SelfSubjectReview",
  "SelfSubjectRulesReview",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "SubjectAccessReview",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttributesClass",
]);

/** Is this a kind of Kubernetes itself? */
export function isBuiltIn({ apiVersion }: Pick<Gvk, "apiVersion">): boolean {
  return BUILT_IN.has(groupOf(apiVersion));
}

/** Kinds seen in the program's own CustomResourceDefinitions. */
export class KnownScopes {
  private readonly custom = new Map<string, boolean>();

  /** Remembers what a CustomResourceDefinition of the program says. */
  public learn(definition: JsonObject): void {
    const spec = isJsonObject(definition["spec"]) ? definition["spec"] : {};
    const kind = textAt(spec, "names", "kind");
    for (const version of objectsAt(spec, "versions")) {
      this.custom.set(`${textAt(spec, "group")}/${textAt(version, "name")}/${kind}`, textAt(spec, "scope") === "Namespaced");
    }
  }

  /** Does the kind live in a namespace? `undefined` where only a server can tell. */
  public namespaced(gvk: Gvk): boolean | undefined {
    if (isBuiltIn(gvk)) return !CLUSTER_SCOPED.has(gvk.kind);
    return this.custom.get(`${gvk.apiVersion}/${gvk.kind}`);
  }
}
