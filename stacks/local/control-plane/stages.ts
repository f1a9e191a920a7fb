/** Lifecycle of simulated nodes and pods: objects of kwok 0.7's Stage kind (`kwok.x-k8s.io/v1alpha1`). */

import type { JsonObject } from "#lib/core/json";
import { SIMULATE_ANNOTATION } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { KUBERNETES_VERSION } from "../toolchain/parts";

/** When a stage applies: each expression is a jq query with an operator. */
type When = readonly (readonly [key: string, operator: "Exists" | "DoesNotExist" | "In" | "NotIn", ...values: string[]])[];

interface StageBody {
  readonly kind: string;
  /** @default "v1" */
  readonly apiVersion?: string;
  readonly when: When;
  /** Delay. @default 0 */
  readonly delayMilliseconds?: number;
  readonly next: JsonObject;
}

function stage(name: string, { kind, apiVersion = "v1", when, delayMilliseconds, next }: StageBody): KubeObject {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: apiVersion, kind },
      selector: {
        matchExpressions: when.map(([key, operator, ...values]) => ({ key, operator, ...(values.length > 0 && { values }) })),
      },
      ...(delayMilliseconds !== undefined && { delay: { durationMilliseconds: delayMilliseconds } }),
      next,
    },
  };
}

const NOT_DELETED: When[number] = [".metadata.deletionTimestamp", "DoesNotExist"];
const OF_A_JOB: When[number] = [".metadata.ownerReferences.[].kind", "In", "Job"];
const NOT_OF_A_JOB: When[number] = [".metadata.ownerReferences.[].kind", "NotIn", "Job"];
const RUNNING: When[number] = [".status.phase", "In", "Running"];
const FAILS: When[number] = [`.metadata.annotations["${SIMULATE_ANNOTATION}"]`, "In", "failed"];
const WORKS: When[number] = [`.metadata.annotations["${SIMULATE_ANNOTATION}"]`, "NotIn", "failed"];
const NEW: When[number] = [".status.podIP", "DoesNotExist"];

const ENDED = (exitCode: number, reason: string): string =>
  `ready: false, started: false, state: {terminated: {exitCode: ${exitCode}, reason: ${reason}, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}`;
const RUNS = "ready: true, started: true, state: {running: {startedAt: {{ $now | Quote }}}}";
const CRASHES = "ready: false, started: false, state: {waiting: {reason: CrashLoopBackOff}}";

/** One line per container of the spec, each an object in YAML's flow form. */
function statuses(state: string): string {
  return `containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", restartCount: 0, ${state}}
{{ end }}`;
}

/** More conditions: a pod with readiness gates is ready once each is true. */
const GATES = `{{ range .spec.readinessGates }}
- {type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}`;

function conditions(states: Readonly<Record<string, "True" | "False">>): string {
  const lines = Object.entries(states).map(
    ([type, status]) => `- {type: ${type}, status: "${status}", lastTransitionTime: {{ $now | Quote }}}`,
  );
  return `conditions:\n${lines.join("\n")}`;
}

const PLACED = `phase: Running
startTime: {{ $now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") | Quote }}
initContainerStatuses:
{{ range .spec.initContainers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", restartCount: 0,
{{ if eq (or .restartPolicy "") "Always" }} ${RUNS} {{ else }} ${ENDED(0, "Completed").replace("ready: false", "ready: true")} {{ end }}}
{{ end }}`;

function podStatus(...parts: readonly string[]): JsonObject {
  return { statusTemplate: ["{{ $now := Now }}", ...parts].join("\n") };
}

const NODE_READY = `{{ $now := Now }}
phase: Running
addresses:
- {type: InternalIP, address: {{ NodeIP | Quote }}}
- {type: Hostname, address: {{ NodeName | Quote }}}
nodeInfo: {architecture: amd64, operatingSystem: linux, osImage: simulated, kernelVersion: simulated, containerRuntimeVersion: simulated,
 kubeletVersion: v${KUBERNETES_VERSION}, kubeProxyVersion: "", machineID: "", systemUUID: "", bootID: ""}
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: simulated, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
- {type: MemoryPressure, status: "False", reason: KubeletHasSufficientMemory, message: simulated, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
- {type: DiskPressure, status: "False", reason: KubeletHasNoDiskPressure, message: simulated, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
- {type: PIDPressure, status: "False", reason: KubeletHasSufficientPID, message: simulated, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
`;

/** Name of the Stage that changes itself. */
const HEARTBEAT = "stage-heartbeat";
const BEAT = 'conditions: [{type: Heartbeat, status: "True", reason: Simulated, message: "", lastTransitionTime: {{ Now | Quote }}}]';

const ADDRESS = { statusTemplate: "loadBalancer: {ingress: [{ip: 10.0.0.1}]}" };
const NO_ADDRESS: When[number] = [".status.loadBalancer.ingress", "DoesNotExist"];

/**
 * Stages of nodes and pods: nodes become ready and keep the declared capacity; pods run when they are scheduled; pods
 * of a Job complete; pods marked as failing fail or crash; deleted pods are removed. Load balancers and ingresses get
 * an address, as from a cloud controller.
 */
export const STAGES: readonly KubeObject[] = [
  stage("node-ready", {
    kind: "Node",
    when: [['.status.conditions.[] | select(.type == "Ready") | .status', "NotIn", "True"]],
    next: { statusTemplate: NODE_READY },
  }),
  stage("pod-run", {
    kind: "Pod",
    when: [NOT_DELETED, NEW, WORKS],
    next: podStatus(
      conditions({ PodReadyToStartContainers: "True", Initialized: "True", ContainersReady: "True", Ready: "True" }),
      GATES,
      PLACED,
      statuses(RUNS),
    ),
  }),
  stage("pod-run-until-failed", {
    kind: "Pod",
    when: [NOT_DELETED, NEW, FAILS, OF_A_JOB],
    next: podStatus(conditions({ Initialized: "True", ContainersReady: "True", Ready: "True" }), GATES, PLACED, statuses(RUNS)),
  }),
  stage("pod-crash", {
    kind: "Pod",
    when: [NOT_DELETED, NEW, FAILS, NOT_OF_A_JOB],
    next: podStatus(conditions({ Initialized: "True", ContainersReady: "False", Ready: "False" }), PLACED, statuses(CRASHES)),
  }),
  stage("pod-complete", {
    kind: "Pod",
    when: [NOT_DELETED, RUNNING, WORKS, OF_A_JOB],
    next: podStatus("phase: Succeeded", conditions({ ContainersReady: "False", Ready: "False" }), statuses(ENDED(0, "Completed"))),
  }),
  stage("pod-fail", {
    kind: "Pod",
    when: [NOT_DELETED, RUNNING, FAILS, OF_A_JOB],
    next: podStatus("phase: Failed", conditions({ ContainersReady: "False", Ready: "False" }), statuses(ENDED(1, "Error"))),
  }),
  // The node controller marks pods of a lost node as not ready; a kubelet that is back reports them ready.
  stage("pod-ready-again", {
    kind: "Pod",
    when: [NOT_DELETED, RUNNING, WORKS, NOT_OF_A_JOB, ['.status.conditions.[] | select(.type == "Ready") | .status', "In", "False"]],
    delayMilliseconds: 1000,
    next: podStatus(conditions({ ContainersReady: "True", Ready: "True" }), GATES, statuses(RUNS)),
  }),
  stage("pod-delete", {
    kind: "Pod",
    when: [[".metadata.deletionTimestamp", "Exists"]],
    // Finalizers stay: their owners remove them, as on a real cluster.
    next: { delete: true },
  }),
  // kwok looks up the kind of a Stage only when some Stage changes: one whose CRD was established but not yet served would
  // wait forever. This one changes itself.
  stage(HEARTBEAT, {
    kind: "Stage",
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    when: [[".metadata.name", "In", HEARTBEAT]],
    delayMilliseconds: 1000,
    next: { patches: [{ subresource: "status", root: "status", type: "merge", template: BEAT }] },
  }),
  stage("load-balancer", { kind: "Service", when: [NOT_DELETED, [".spec.type", "In", "LoadBalancer"], NO_ADDRESS], next: ADDRESS }),
  stage("ingress", { kind: "Ingress", apiVersion: "networking.k8s.io/v1", when: [NOT_DELETED, NO_ADDRESS], next: ADDRESS }),
];
