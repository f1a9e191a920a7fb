/** ServiceAccounts of a session cluster, and the least that each may do. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";

/** Props of {@link FlinkPermissions}. */
export interface FlinkPermissionsProps {
  /** Name of the cluster. */
  readonly name: string;
  readonly namespace: string;
  /** Annotations of both accounts. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Do TaskManagers find the leader through ConfigMaps? */
  readonly highAvailability: boolean;
}

/** The JobManager starts and ends pods; a TaskManager, in whose pod user code runs, may at most read who leads. */
export class FlinkPermissions extends Construct {
  /** Name of the JobManager's account. */
  public readonly jobManager: string;
  /** Name of the TaskManagers' account. */
  public readonly taskManager: string;

  public constructor(scope: Construct, id: string, props: FlinkPermissionsProps) {
    super(scope, id);
    this.jobManager = props.name;
    this.taskManager = `${props.name}-taskmanager`;
    this.addAccount("JobManager", this.jobManager, props, JOB_MANAGER_RULES);
    this.addAccount("TaskManager", this.taskManager, props, props.highAvailability ? TASK_MANAGER_RULES : []);
  }

  private addAccount(id: string, name: string, { namespace, annotations }: FlinkPermissionsProps, rules: readonly k8s.PolicyRule[]): void {
    const metadata = { name, namespace };
    // The pod templates say which pods get a token.
    new k8s.KubeServiceAccount(this, id, { metadata: { ...metadata, annotations: { ...annotations } } });
    if (rules.length === 0) return;
    new k8s.KubeRole(this, `${id}Role`, { metadata, rules: [...rules] });
    new k8s.KubeRoleBinding(this, `${id}RoleBinding`, {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    });
  }
}

/**
 * Native mode: the JobManager makes TaskManager pods, makes itself their owner (which needs its own Deployment and its finalizers), deletes that
 * Deployment when it shuts the cluster down, and keeps leader and job metadata in ConfigMaps.
 * Narrower than the Role that the operator's chart would make: nothing here may create or change a Deployment.
 */
const JOB_MANAGER_RULES: readonly k8s.PolicyRule[] = [
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "create", "delete"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch", "delete"] },
  { apiGroups: ["apps"], resources: ["deployments/finalizers"], verbs: ["update"] },
];

const TASK_MANAGER_RULES: readonly k8s.PolicyRule[] = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }];
