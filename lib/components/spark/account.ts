/** ServiceAccount of an application or server, and what its driver may do in the namespace. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { type PodAccountProps, podAccount } from "#lib/kube/pod-parts";

/** What a driver does with its executors. Source: Spark operator v2.5.2, charts/spark-operator-chart/templates/spark/rbac.yaml. */
const RULES: k8s.PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["pods", "configmaps", "persistentvolumeclaims", "services"],
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
  },
];

/** A ServiceAccount with the permissions of a driver. */
export class SparkAccount extends Construct {
  public readonly name: string;

  public constructor(scope: Construct, id: string, { name, namespace, annotations }: PodAccountProps) {
    super(scope, id);
    this.name = name;
    const metadata = { name, namespace };
    podAccount(this, { name, namespace, annotations });
    new k8s.KubeRole(this, "Role", { metadata, rules: RULES });
    new k8s.KubeRoleBinding(this, "Binding", {
      metadata,
      subjects: [{ kind: "ServiceAccount", name, namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    });
  }
}
