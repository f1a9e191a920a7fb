/** ServiceAccounts of a session cluster with least privilege. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";

/** Props of {@link FlinkPermissions}. */
export interface FlinkPermissionsProps {
  /** Name of the cluster. */
  readonly name: string;
  readonly namespace: string;
  /** Annotations of both accounts. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Do TaskManagers discover the leader through ConfigMaps? */
  readonly highAvailability: boolean;
}

/** The JobManager creates and deletes pods. A TaskManager runs user code in its pod, so it may at most read the leader's ConfigMap. */
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
    // The pod templates decide which pods mount a token.
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
 * Permissions of native mode: the JobManager creates TaskManager pods with its Deployment as owner (which needs the Deployment's finalizers), deletes the
 * Deployment on shutdown, and stores leader and job metadata in ConfigMaps.
 * Narrower than the Role of the operator's chart: it cannot create or change a Deployment.
 */
const JOB_MANAGER_RULES: readonly k8s.PolicyRule[] = [
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "create", "delete"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch", "delete"] },
  { apiGroups: ["apps"], resources: ["deployments/finalizers"], verbs: ["update"] },
];

const TASK_MANAGER_RULES: readonly k8s.PolicyRule[] = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }];
