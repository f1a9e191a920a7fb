/** Permissions of the controller. */

import type { k8s } from "cdk8s-plus-28";
import type { ITrialJob, TrialResources } from "#lib/kube/trial-job";

const READ = ["get", "list", "watch"];
const MANAGE = [...READ, "create", "update", "patch", "delete"];

/**
 * In the whole cluster. Of upstream's role it has neither secrets nor webhook configurations, as cert-manager makes the certificate, nor roles, as the
 * accounts of suggestion services are ours, nor the kinds of other operators. Source: Katib v0.19.0, components/controller/rbac.yaml.
 */
export const CLUSTER_RULES: k8s.PolicyRule[] = [
  { apiGroups: [""], resources: ["services"], verbs: [...READ, "create", "delete"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch", "update"] },
  { apiGroups: [""], resources: ["persistentvolumes", "persistentvolumeclaims"], verbs: [...READ, "create"] },
  { apiGroups: [""], resources: ["namespaces", "configmaps"], verbs: READ },
  { apiGroups: [""], resources: ["pods", "pods/status"], verbs: ["get"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: [...READ, "create", "delete"] },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: [...READ, "create", "delete"] },
  {
    apiGroups: ["kubeflow.org"],
    resources: ["experiments", "trials", "suggestions"].flatMap((kind) => [kind, `${kind}/status`, `${kind}/finalizers`]),
    verbs: MANAGE,
  },
];

/** What the controller needs for jobs of other products: it makes them, and follows the owners of their pods. It reads through a cache. */
export function trialRules(jobs: readonly ITrialJob[]): k8s.PolicyRule[] {
  const made = grouped(jobs.map(({ kind }) => kind)).map((one) => ({ ...one, verbs: [...READ, "create", "delete"] }));
  const owners = grouped(jobs.flatMap((job) => job.owners)).map((one) => ({ ...one, verbs: READ }));
  return [...made, ...owners];
}

function grouped(all: readonly TrialResources[]): { readonly apiGroups: string[]; readonly resources: string[] }[] {
  return [...new Set(all.map(({ group }) => group))].sort().map((group) => ({
    apiGroups: [group],
    resources: [...new Set(all.filter((one) => one.group === group).flatMap(({ resources }) => resources))].sort(),
  }));
}

/** In its own namespace: several controllers elect one. */
export const LEADER_RULES: k8s.PolicyRule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "list", "watch", "create", "update", "patch"] },
];
