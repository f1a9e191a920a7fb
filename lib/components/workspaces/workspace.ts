/** A workspace: an editor for a person or a team, as a StatefulSet of one pod with a home that stays. */

import { JsonPatch } from "cdk8s";
import { Construct } from "constructs";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { QueueEntry } from "#lib/kube/queue";
import { provideSecret } from "#lib/kube/secret-store";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { workspaceAlerts } from "./alerts";
import { workspaceProblems } from "./checks";
import { type Clients, clientsOf, namespaceOf, placeVariables } from "./clients";
import { workspaceDashboard } from "./dashboard";
import { type EditorFacts, editorOf, tokenOf } from "./editors";
import { WORKSPACE_LABEL } from "./labels";
import { Members, scaleRules } from "./members";
import { workspacesPin } from "./pin";
import { type WorkspaceProps, type WorkspaceSettings, workspaceSchema } from "./schema";
import { STOP_WHEN_IDLE } from "./scripts";

/** Context of a workspace. */
export interface WorkspacePlace {
  /** Name of the workspace, its StatefulSet and its Service. */
  readonly name: string;
}

/** User of the images. Sources: Jupyter Docker Stacks, docker-stacks-foundation/Dockerfile; code-server, ci/release-image/Dockerfile. */
const IMAGE_USER = 1000;

/** A workspace. */
export class Workspace extends Construct implements IMonitored, IWebInterface {
  public readonly name: string;
  public readonly namespace: string;
  public readonly monitoring: Monitoring;
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: WorkspaceProps & WorkspacePlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, workspacesPin.name);
    const settings = settingsOf(this, workspaceSchema, own, { checks: (each, path) => workspaceProblems(name, each, path) });
    this.name = name;
    this.namespace = namespaceOf(name, settings);
    const token = provideSecret(settings.token, { ...tokenOf(name), namespace: this.namespace });
    const editor = editorOf(settings, token.ref);
    const clients = clientsOf(this, settings, this.namespace);
    const workload = this.addEditor(settings, editor, clients);
    workload.node.addDependency(...clients.dependencies, ...(token.dependency ? [token.dependency] : []));
    allow(this, clients.flows(`workspace.${name}`, workload.pods));
    const { members } = settings;
    if (members.users.length + members.groups.length > 0) new Members(this, "Members", { name, namespace: this.namespace, ...members });
    const ports = [{ port: editor.port }];
    this.webInterface = { service: name, namespace: this.namespace, port: editor.port, pods: workload.pods, ports, authentication: "own" };
    this.monitoring = {
      targets: editor.metrics ? [{ name: `workspace.${name}`, pods: workload.pods, port: editor.port, podLabels: [WORKSPACE_LABEL] }] : [],
      alerts: editor.metrics ? [workspaceAlerts] : [],
      dashboards: editor.metrics ? [workspaceDashboard] : [],
    };
  }

  private addEditor(settings: WorkspaceSettings, editor: EditorFacts, clients: Clients): HardenedWorkload {
    const { name, namespace } = this;
    const { pool, accelerators, queue, home, cpu, memory, scratch, env } = settings;
    const { program, image, port, readiness, liveness, startup } = editor;
    const resource = pool?.capacity.resource;
    const entry = queue?.enter(namespace);
    const workload = new HardenedWorkload(this, "Editor", {
      name,
      namespace,
      kind: { type: "stateful-set", claims: { home: { path: editor.home, ...home } } },
      containers: [
        {
          image,
          command: ["sh", "-c", STOP_WHEN_IDLE, "workspace"],
          args: program,
          workingDir: editor.home,
          env: { ...env, ...clients.env, ...editor.env, ...placeVariables(name, namespace) },
          ports: { http: port },
          requests: { cpu, memory, ...(accelerators > 0 && resource !== undefined && { extended: { [resource]: accelerators } }) },
          scratch: { "/tmp": scratch },
          mounts: clients.mounts,
          ...(readiness && { readiness }),
          ...(liveness && { liveness }),
          ...(startup && { startup }),
        },
      ],
      userId: IMAGE_USER,
      account: { rules: scaleRules(name), annotations: clients.annotations },
      labels: { [WORKSPACE_LABEL]: name },
      ...(pool && { pool }),
    });
    // Who sets the number of pods is the workspace itself, and its members: a workspace that has stopped stays so.
    workload.workload.addJsonPatch(JsonPatch.remove("/spec/replicas"));
    if (entry) admitted(workload, entry);
    return workload;
  }
}

/** The queue's label belongs to the StatefulSet only: on a pod it would mean a job of its own. */
function admitted(
  { workload, node }: HardenedWorkload,
  { labels, statefulSetPodAnnotations: annotations = {}, dependency }: QueueEntry,
): void {
  for (const [name, value] of Object.entries(labels)) workload.metadata.addLabel(name, value);
  if (Object.keys(annotations).length > 0) workload.addJsonPatch(JsonPatch.add("/spec/template/metadata/annotations", annotations));
  node.addDependency(dependency);
}
