/**
 * Permissions of the operator. Upstream grants all of them in every namespace; here Secrets and `pods/exec` are granted where feature stores are.
 * Source: Feast 0.66.0, infra/feast-operator/dist/install.yaml.
 */

import { k8s } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import { prefixed } from "#lib/kube/prefix";
import type { OperatorPlace } from "#lib/kube/simulation";

const RBAC = "rbac.authorization.k8s.io";
const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "delete"];

/** In its own namespace: the election of a leader. */
export const LEADER_RULES: readonly k8s.PolicyRule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: [...READ, ...WRITE, "patch"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
];

/** In every namespace: it watches all objects of these kinds that have its label. */
const CLUSTER_RULES: readonly k8s.PolicyRule[] = [
  { apiGroups: ["feast.dev"], resources: ["featurestores"], verbs: [...READ, ...WRITE, "patch"] },
  { apiGroups: ["feast.dev"], resources: ["featurestores/status"], verbs: ["get", "update", "patch"] },
  { apiGroups: ["feast.dev"], resources: ["featurestores/finalizers"], verbs: ["update"] },
  {
    apiGroups: [""],
    resources: ["configmaps", "persistentvolumeclaims", "services", "serviceaccounts"],
    verbs: [...READ, ...WRITE, "deletecollection"],
  },
  { apiGroups: [""], resources: ["pods", "namespaces"], verbs: READ },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: [...READ, ...WRITE] },
  { apiGroups: ["batch"], resources: ["cronjobs"], verbs: [...READ, ...WRITE, "patch"] },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: [...READ, ...WRITE, "patch"] },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: [...READ, ...WRITE, "patch"] },
  { apiGroups: ["monitoring.coreos.com"], resources: ["servicemonitors"], verbs: [...READ, "create", "delete", "patch"] },
  { apiGroups: [RBAC], resources: ["roles", "rolebindings"], verbs: [...READ, ...WRITE] },
  // It removes what a store with Kubernetes or OIDC authorization had.
  { apiGroups: [RBAC], resources: ["clusterrolebindings"], verbs: [...READ, "delete"] },
  { apiGroups: [RBAC], resources: ["clusterroles"], verbs: ["get", "list"] },
  // It asks at its start whether the cluster is OpenShift.
  { apiGroups: ["config.openshift.io"], resources: ["apiservers"], verbs: READ },
];

/** In the namespaces of feature stores: their configuration, and the rights of the CronJob that it makes for each, which it must have itself to grant them. */
const STORE_RULES: readonly k8s.PolicyRule[] = [
  { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
  { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] },
];

/** Grants what the operator needs in every namespace. */
export function addClusterRole(scope: Construct, account: OperatorPlace): void {
  const name = prefixed(scope, "beamstack-feast-operator");
  new k8s.KubeClusterRole(scope, "ClusterRole", { metadata: { name }, rules: [...CLUSTER_RULES] });
  new k8s.KubeClusterRoleBinding(scope, "ClusterRoleBinding", {
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", ...account }],
  });
}

/** Grants what the operator needs in the namespace of a store. */
export function addStoreRole(scope: Construct, place: OperatorPlace, account: OperatorPlace): Construct {
  new k8s.KubeRole(scope, "OperatorRole", { metadata: { ...place }, rules: [...STORE_RULES] });
  return new k8s.KubeRoleBinding(scope, "OperatorRoleBinding", {
    metadata: { ...place },
    roleRef: { apiGroup: RBAC, kind: "Role", name: place.name },
    subjects: [{ kind: "ServiceAccount", ...account }],
  });
}
