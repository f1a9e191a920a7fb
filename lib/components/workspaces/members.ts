/** Permissions of a workspace's members in its namespace, and of the workspace on itself. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { WorkspaceSettings } from "./schema";

/** Scales a workspace: to zero when it is idle, and back to one. */
export function scaleRules(name: string): k8s.PolicyRule[] {
  return [{ apiGroups: ["apps"], resources: ["statefulsets/scale"], resourceNames: [name], verbs: ["get", "patch", "update"] }];
}

/** Members see what runs in their namespace, and start and stop the workspace; they read no Secrets, and enter no pod through the API server. */
export class Members extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    props: { readonly name: string; readonly namespace: string } & WorkspaceSettings["members"],
  ) {
    super(scope, id);
    const { name, namespace, users, groups } = props;
    const metadata = { name: `${name}-members`, namespace };
    const apiGroup = "rbac.authorization.k8s.io";
    new k8s.KubeRole(this, "Role", {
      metadata,
      rules: [
        {
          apiGroups: [""],
          resources: ["pods", "pods/log", "events", "services", "persistentvolumeclaims"],
          verbs: ["get", "list", "watch"],
        },
        { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["get", "list", "watch"] },
        ...scaleRules(name),
      ],
    });
    new k8s.KubeRoleBinding(this, "RoleBinding", {
      metadata,
      roleRef: { apiGroup, kind: "Role", name: metadata.name },
      subjects: [
        ...users.map((user) => ({ apiGroup, kind: "User", name: user })),
        ...groups.map((group) => ({ apiGroup, kind: "Group", name: group })),
      ],
    });
  }
}
