/** A workload of our own, hardened: what thirty components would otherwise write thirty times. */

import { ApiObject, JsonPatch } from "cdk8s";
import { k8s, LabelSelector, Service, ServiceAccount, type Workload } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { containerPatches, containerProps, type HardenedContainer, type HardenedInitContainer } from "./hardened-container";
import { restrictedPodSecurity } from "./hardening";
import { identityLabels } from "./identity";
import { allow, apiServerFlow, type FlowEnd, type FlowProps, type PodsEnd, pods } from "./network";
import { type INodePool, placement } from "./node-pool";
import { ownerOf } from "./ownership";
import { placementProblems } from "./placement";
import type { PriorityName } from "./priority";
import { addProblems } from "./problems";
import type { Requests } from "./resources";
import { spread } from "./spread";
import { kindPatches, replicasOf, templatePath, type WorkloadKind, workloadOf } from "./workload-kind";

/** What the workload may do. */
export interface WorkloadAccount {
  /** What it may do with the API server in its namespace. Its pods then get a token, and a way there. @default nothing */
  readonly rules?: readonly k8s.PolicyRule[];
  /** Identity that a cloud gives to its pods. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** How the workload is reached. */
export interface WorkloadService {
  /** Ports of the service, by name of the container's port. @default every port, under its own number */
  readonly ports?: Readonly<Record<string, number>>;
  /** An address of each pod in the place of one for all; always so for a StatefulSet. @default false */
  readonly headless?: boolean;
}

/** Props of a {@link HardenedWorkload}. */
export interface HardenedWorkloadProps {
  /** Name of the workload, its account, its service and its budget. */
  readonly name: string;
  readonly namespace: string;
  readonly kind: WorkloadKind;
  /** The first one has the claims of a StatefulSet. */
  readonly containers: readonly HardenedContainer[];
  /** Run to their end before the others, one by one. @default none */
  readonly initContainers?: readonly HardenedInitContainer[];
  /** User and group; the image must be able to run as it. @default 10001 */
  readonly userId?: number;
  /** @default no rules, so no token, and no identity */
  readonly account?: WorkloadAccount;
  /** @default none; a StatefulSet always has one */
  readonly service?: WorkloadService;
  /** Who may call its ports, by a name for the policy. @default nobody */
  readonly callers?: Readonly<Record<string, FlowEnd>>;
  /** What it may call, by a name for the policy. @default DNS alone */
  readonly calls?: Readonly<Record<string, Pick<FlowProps, "to" | "ports">>>;
  /** @default any node without a taint */
  readonly pool?: INodePool;
  /** @default that of the cluster */
  readonly priority?: PriorityName;
  /** Labels of every object, and of the pods. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Names of Secrets with the keys of private registries. @default none */
  readonly imagePullSecrets?: readonly string[];
}

/** Label by which the pods are found. */
const NAME_LABEL = "app.kubernetes.io/name";

/**
 * A Deployment, StatefulSet, Job or CronJob with pods of Pod Security level "restricted", an account of its own, and what it needs around it: a
 * service, a disruption budget and a spread over nodes where it has several pods, and the network policies of its flows.
 */
export class HardenedWorkload extends Construct {
  public readonly name: string;
  /** Its pods, as flows name them. */
  public readonly pods: PodsEnd;
  /** Name of its service in the cluster's DNS; absent without one. */
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
    this.workload = ApiObject.of(addWorkload(this, props, service));
    if (replicasOf(kind) > 1) addBudget(this, props);
    allow(this, flowsOf(this.pods, props));
  }
}

const selectorOf = ({ name }: HardenedWorkloadProps) => ({ [NAME_LABEL]: name });

/** A pod that fits no machine of its pool would be Pending for ever. */
function fitProblems(scope: Construct, { containers, pool }: HardenedWorkloadProps) {
  const sum = (amount: (container: HardenedContainer) => number) => containers.reduce((total, container) => total + amount(container), 0);
  // A pool without accelerators offers no other resource either.
  const { resource } = pool?.capacity ?? {};
  const pieces = ({ extended = {} }: Requests) =>
    Object.entries(extended).map(([name, count]) => (name === (resource ?? name) ? count : 0));
  const ask = {
    cpu: sum(({ requests }) => requests.cpu),
    memory: Size.mebibytes(sum(({ requests }) => requests.memory.inMebibytes)),
    accelerators: sum(({ requests }) => pieces(requests).reduce((total, count) => total + count, 0)),
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
  ApiObject.of(workload).addJsonPatch(...podPatches(props), ...kindPatches(kind, made[0]?.mounts.length ?? 0));
  return workload;
}

const callsApiServer = ({ account }: HardenedWorkloadProps) => (account?.rules ?? []).length > 0;

function addAccount(scope: Construct, props: HardenedWorkloadProps): ServiceAccount {
  const { name, namespace, labels = {}, account: { annotations, rules = [] } = {} } = props;
  const metadata = { name, namespace, labels };
  if (callsApiServer(props)) {
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

function podPatches(props: HardenedWorkloadProps): JsonPatch[] {
  const { kind, containers, initContainers = [], userId } = props;
  const template = templatePath(kind);
  const runsOn = kind.type === "deployment" || kind.type === "stateful-set";
  return [
    // The path of the construct: a moved construct would restart its pods.
    JsonPatch.remove(`${template}/metadata/labels/cdk8s.io~1metadata.addr`),
    ...[...WRITTEN_OUT, ...(runsOn ? ["restartPolicy"] : [])].map((field) => JsonPatch.remove(`${template}/spec/${field}`)),
    JsonPatch.replace(`${template}/spec/securityContext`, restrictedPodSecurity(userId)),
    ...Object.entries(podFields(props)).map(([field, value]) => JsonPatch.add(`${template}/spec/${field}`, value)),
    ...containers.flatMap((container, at) => containerPatches(`${template}/spec/containers/${at}`, container)),
    ...initContainers.flatMap((container, at) => containerPatches(`${template}/spec/initContainers/${at}`, container)),
  ];
}

/** Fields of the pod spec that cdk8s-plus has no words for. */
function podFields(props: HardenedWorkloadProps): JsonObject {
  const { kind, pool, priority, imagePullSecrets = [] } = props;
  return {
    ...placement(pool),
    ...(priority && { priorityClassName: priority }),
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
