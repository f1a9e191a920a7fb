/** A hardened workload for components without an operator. */

import { ApiObject, JsonPatch } from "cdk8s";
import { k8s, LabelSelector, Service, ServiceAccount, type Workload } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import {
  containerPatches,
  containerProps,
  ephemeralStorageOf,
  type HardenedContainer,
  type HardenedInitContainer,
} from "./hardened-container";
import { restrictedPodSecurity } from "./hardening";
import { identityLabels } from "./identity";
import { allow, apiServerFlow, type FlowEnd, type FlowProps, type PodsEnd, pods } from "./network";
import { type INodePool, placement } from "./node-pool";
import { ownerOf, priorityOf } from "./ownership";
import { placementProblems } from "./placement";
import { prefixed } from "./prefix";
import type { PriorityName } from "./priority";
import { addProblems } from "./problems";
import type { Requests } from "./resources";
import { spread } from "./spread";
import { kindPatches, replicasOf, templatePath, triggeredJob, type WorkloadKind, workloadOf } from "./workload-kind";

/** Permissions and identity of the workload. */
export interface WorkloadAccount {
  /** Permissions in its namespace. With rules, its pods get a token and a network flow to the API server. @default none */
  readonly rules?: readonly k8s.PolicyRule[];
  /** Has it permissions in other namespaces, which something else binds to the account? Its pods then get a token and that network flow, too. @default false */
  readonly rulesElsewhere?: boolean;
  /** Annotations of the ServiceAccount, such as those of a cloud identity. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Service of the workload. */
export interface WorkloadService {
  /** Ports of the Service by name of the container's port. @default every port with its own number */
  readonly ports?: Readonly<Record<string, number>>;
  /** A headless Service; always so for a StatefulSet. @default false */
  readonly headless?: boolean;
}

/** Props of a {@link HardenedWorkload}. */
export interface HardenedWorkloadProps {
  /** Name of the workload, its ServiceAccount, Service and disruption budget. */
  readonly name: string;
  readonly namespace: string;
  readonly kind: WorkloadKind;
  /** The first one mounts the claims of a StatefulSet. */
  readonly containers: readonly HardenedContainer[];
  /** Init containers, which run one after another before the others. @default none */
  readonly initContainers?: readonly HardenedInitContainer[];
  /** User and group ID; the image must support it. @default 10001 */
  readonly userId?: number;
  /** @default no rules, so no token, and no identity */
  readonly account?: WorkloadAccount;
  /** @default none; a StatefulSet always has one */
  readonly service?: WorkloadService;
  /** Ingress to its ports, by name of the network policy. @default none */
  readonly callers?: Readonly<Record<string, FlowEnd>>;
  /** Egress, by name of the network policy. @default DNS only */
  readonly calls?: Readonly<Record<string, Pick<FlowProps, "to" | "ports">>>;
  /** @default any node without a taint */
  readonly pool?: INodePool;
  /** @default that of its place in the environment, else that of the cluster */
  readonly priority?: PriorityName;
  /** Labels of every object, and of the pods. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Names of Secrets with the keys of private registries. @default none */
  readonly imagePullSecrets?: readonly string[];
}

/** Label that selects the pods. */
const NAME_LABEL = "app.kubernetes.io/name";

/**
 * A Deployment, StatefulSet, Job, CronJob, or a Job that a query starts, at Pod Security level "restricted", with its own ServiceAccount, a Service, the network policies of its flows
 * and, for several pods, a disruption budget and topology spread.
 */
export class HardenedWorkload extends Construct {
  public readonly name: string;
  /** Its pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  /** DNS name of its Service; absent without one. */
  public readonly host: string | undefined;
  /** The workload itself, for annotations. */
  public readonly workload: ApiObject;

  public constructor(scope: Construct, id: string, props: HardenedWorkloadProps) {
    super(scope, id);
    const { name, namespace, kind } = props;
    const hasService = props.service !== undefined || kind.type === "stateful-set";
    this.name = name;
    this.pods = pods(namespace, { [NAME_LABEL]: name });
    this.host = hasService ? `${name}.${namespace}.svc` : undefined;
    addProblems(this, fitProblems(this, props));
    const service = hasService ? addService(this, props) : undefined;
    const workload = ApiObject.of(addWorkload(this, props, service));
    this.workload = kind.type === "triggered-job" ? triggeredJob(this, kind, workload.toJson()) : workload;
    if (replicasOf(kind) > 1) addBudget(this, props);
    allow(this, flowsOf(this.pods, props));
  }
}

const selectorOf = ({ name }: HardenedWorkloadProps) => ({ [NAME_LABEL]: name });

/** A pod that fits no node of its pool would stay Pending. */
function fitProblems(scope: Construct, { containers, pool }: HardenedWorkloadProps) {
  const sum = (amount: (container: HardenedContainer) => number) => containers.reduce((total, container) => total + amount(container), 0);
  // A pool without accelerators offers no other resource either.
  const { resource } = pool?.capacity ?? {};
  const pieces = ({ extended = {} }: Requests) =>
    Object.entries(extended).map(([name, count]) => (name === (resource ?? name) ? count : 0));
  const scratch = sum((container) => ephemeralStorageOf(container)?.bytes ?? 0);
  const ask = {
    cpu: sum(({ requests }) => requests.cpu),
    memory: Size.mebibytes(sum(({ requests }) => requests.memory.inMebibytes)),
    accelerators: sum(({ requests }) => pieces(requests).reduce((total, count) => total + count, 0)),
    ...(scratch > 0 && { scratch: Size.ofBytes(scratch) }),
  };
  return placementProblems(ask, pool, { id: "pods.fit-no-machine", path: ownerOf(scope).source });
}

function addService(scope: Construct, props: HardenedWorkloadProps): Service {
  const { name, namespace, kind, labels = {}, service: { ports = {}, headless = false } = {} } = props;
  const known = portsOf(props);
  const unknown = Object.keys(ports).filter((port) => !known.some(([name]) => name === port));
  if (unknown.length > 0) throw new Error(`the service of ${name} names no port of its containers: ${unknown.join(", ")}`);
  const service = new Service(scope, "Service", {
    metadata: { name, namespace, labels },
    ...((headless || kind.type === "stateful-set") && { clusterIP: "None" }),
    ...(kind.type === "stateful-set" && kind.peers && { publishNotReadyAddresses: true }),
    ports: known.map(([port, number]) => ({ name: port, port: ports[port] ?? number, targetPort: number })),
  });
  // Without what a StatefulSet adds to the selector: the path of the construct.
  ApiObject.of(service).addJsonPatch(JsonPatch.replace("/spec/selector", selectorOf(props)), JsonPatch.remove("/spec/externalIPs"));
  return service;
}

const portsOf = ({ containers }: HardenedWorkloadProps) => containers.flatMap(({ ports = {} }) => Object.entries(ports));

function addWorkload(scope: Construct, props: HardenedWorkloadProps, service: Service | undefined): Workload {
  const { name, namespace, kind, containers, initContainers = [], account = {}, labels = {} } = props;
  const metadata = { name, namespace, labels: { ...labels, ...selectorOf(props) } };
  const workload = workloadOf(scope, kind, {
    metadata,
    podMetadata: { labels: { ...metadata.labels, ...identityLabels(account.annotations) } },
    automountServiceAccountToken: callsApiServer(props),
    serviceAccount: addAccount(scope, props),
    ...(service && { service }),
  });
  if (kind.type === "deployment" || kind.type === "stateful-set") workload.select(LabelSelector.of({ labels: selectorOf(props) }));
  const made = containers.map((container) => workload.addContainer(containerProps(scope, container)));
  for (const container of initContainers) workload.addInitContainer(containerProps(scope, container));
  ApiObject.of(workload).addJsonPatch(...podPatches(scope, props), ...kindPatches(kind, made[0]?.mounts.length ?? 0));
  return workload;
}

const callsApiServer = ({ account }: HardenedWorkloadProps) => account?.rulesElsewhere === true || (account?.rules ?? []).length > 0;

function addAccount(scope: Construct, props: HardenedWorkloadProps): ServiceAccount {
  const { name, namespace, labels = {}, account: { annotations, rules = [] } = {} } = props;
  const metadata = { name, namespace, labels };
  if (rules.length > 0) {
    new k8s.KubeRole(scope, "Role", { metadata, rules: [...rules] });
    new k8s.KubeRoleBinding(scope, "RoleBinding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    });
  }
  return new ServiceAccount(scope, "Account", {
    metadata: { ...metadata, ...(annotations && { annotations }) },
    automountToken: callsApiServer(props),
  });
}

/** Kubernetes' own defaults, which cdk8s-plus writes out; the names are those of its own types, as patches come before these are translated. */
const WRITTEN_OUT = ["dnsPolicy", "hostNetwork", "setHostnameAsFqdn", "terminationGracePeriodSeconds"];

function podPatches(scope: Construct, props: HardenedWorkloadProps): JsonPatch[] {
  const { kind, containers, initContainers = [], userId } = props;
  const template = templatePath(kind);
  const runsOn = kind.type === "deployment" || kind.type === "stateful-set";
  return [
    // The path of the construct: a moved construct would restart its pods.
    JsonPatch.remove(`${template}/metadata/labels/cdk8s.io~1metadata.addr`),
    ...[...WRITTEN_OUT, ...(runsOn ? ["restartPolicy"] : [])].map((field) => JsonPatch.remove(`${template}/spec/${field}`)),
    JsonPatch.replace(`${template}/spec/securityContext`, restrictedPodSecurity(userId)),
    ...Object.entries(podFields(scope, props)).map(([field, value]) => JsonPatch.add(`${template}/spec/${field}`, value)),
    ...containers.flatMap((container, at) => containerPatches(`${template}/spec/containers/${at}`, container)),
    ...initContainers.flatMap((container, at) => containerPatches(`${template}/spec/initContainers/${at}`, container)),
  ];
}

/** Fields of the pod spec that cdk8s-plus has no words for. */
function podFields(scope: Construct, props: HardenedWorkloadProps): JsonObject {
  const { kind, pool, priority, imagePullSecrets = [] } = props;
  const priorityClassName = priority ? prefixed(scope, priority) : priorityOf(scope);
  return {
    ...placement(pool),
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...(replicasOf(kind) > 1 && { topologySpreadConstraints: spread(selectorOf(props)) }),
  };
}

/** A drain of nodes takes one pod at a time. */
function addBudget(scope: Construct, props: HardenedWorkloadProps): void {
  const { name, namespace, labels = {} } = props;
  new k8s.KubePodDisruptionBudget(scope, "Budget", {
    metadata: { name, namespace, labels },
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selectorOf(props) } },
  });
}

function flowsOf(own: PodsEnd, props: HardenedWorkloadProps): FlowProps[] {
  const { name, callers = {}, calls = {} } = props;
  const ports = portsOf(props).map(([, port]) => ({ port }));
  return [
    ...Object.entries(callers).map(([caller, from]) => ({ name: `${caller}-to-${name}`, from, to: own, ports })),
    ...Object.entries(calls).map(([called, flow]) => ({ name: `${name}-to-${called}`, from: own, ...flow })),
    ...(callsApiServer(props) ? [apiServerFlow(name, own)] : []),
  ];
}
