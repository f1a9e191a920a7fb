/** The UI of the registries in a namespace. */

import { Duration as CdkDuration } from "cdk8s";
import { k8s, Probe } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { Size } from "#lib/core/size";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { PodsEnd } from "#lib/kube/network";
import type { INodePool } from "#lib/kube/node-pool";
import { prefixed } from "#lib/kube/prefix";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { PORT, UI } from "./labels";
import { kubeflowModelRegistryPin } from "./pin";
import type { KubeflowModelRegistrySettings } from "./schema";

/** What the UI belongs to. */
export interface RegistryUiProps {
  /** Name of the server. */
  readonly server: string;
  readonly namespace: string;
  /** Pods of the server. */
  readonly pods: PodsEnd;
  /** Who may see the registries of the namespace. */
  readonly ui: NonNullable<KubeflowModelRegistrySettings["ui"]>;
  readonly pool?: INodePool | undefined;
}

/** A pod that finds registries by their Services, and asks Kubernetes whether the user of a request may read these. */
export class RegistryUi extends Construct implements IWebInterface {
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: RegistryUiProps) {
    super(scope, id);
    const { namespace } = props;
    const service = `${props.server}-ui`;
    const { pods } = this.serve(service, props);
    this.letReview(service, namespace);
    this.admit(service, props);
    this.webInterface = {
      service,
      namespace,
      port: PORT,
      pods,
      ports: [{ port: PORT }],
      authentication: "none",
      identityHeaders: { user: "kubeflow-userid", groups: "kubeflow-groups" },
    };
  }

  private serve(name: string, { namespace, pods, ui, pool }: RegistryUiProps): HardenedWorkload {
    const probe = { port: PORT, periodSeconds: CdkDuration.seconds(30), timeoutSeconds: CdkDuration.seconds(15) };
    return new HardenedWorkload(this, "Workload", {
      name,
      namespace,
      kind: { type: "deployment", replicas: ui.replicas },
      containers: [
        {
          name: UI,
          image: kubeflowModelRegistryPin.images.ui,
          args: [`--port=${PORT}`, "--deployment-mode=standalone"],
          ports: { http: PORT },
          requests: { cpu: 0.1, memory: Size.mebibytes(256) },
          readiness: Probe.fromHttpGet("/healthcheck", probe),
          liveness: Probe.fromHttpGet("/healthcheck", { ...probe, failureThreshold: 6 }),
        },
      ],
      account: { rules: readServices(["get", "list", "watch"]) },
      service: {},
      calls: { server: { to: pods, ports: [{ port: PORT }] } },
      // The image has this user.
      userId: 65_532,
      ...(pool && { pool }),
    });
  }

  /** Both are questions about the whole cluster: which namespaces there are, and what a user may do. */
  private letReview(account: string, namespace: string): void {
    const name = `${prefixed(this, "beamstack-model-registry-ui")}-${namespace}-${account}`;
    new k8s.KubeClusterRole(this, "Reviewer", {
      metadata: { name },
      rules: [
        { apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "watch"] },
        { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
      ],
    });
    new k8s.KubeClusterRoleBinding(this, "ReviewerBinding", {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    });
  }

  /** What Kubernetes answers for the users of the UI: they may read the namespace and the Services in it. */
  private admit(service: string, { namespace, ui: { users, groups } }: RegistryUiProps): void {
    const name = `${service}-users`;
    const apiGroup = "rbac.authorization.k8s.io";
    new k8s.KubeRole(this, "Users", {
      metadata: { name, namespace },
      rules: [...readServices(["get", "list"]), { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] }],
    });
    new k8s.KubeRoleBinding(this, "UsersBinding", {
      metadata: { name, namespace },
      roleRef: { apiGroup, kind: "Role", name },
      subjects: [...users.map((user) => ({ kind: "User", name: user })), ...groups.map((group) => ({ kind: "Group", name: group }))].map(
        (subject) => ({ apiGroup, ...subject }),
      ),
    });
  }
}

function readServices(verbs: string[]): k8s.PolicyRule[] {
  return [{ apiGroups: [""], resources: ["services"], verbs }];
}
