/** What a product tells the tests of network policies: its pods, flows that it needs, and flows that must stay closed. */

import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import type { ChartPod, PodPort } from "#stacks/import/chart-pods";

/** A pod by the name of what makes it. */
export interface PodFacts {
  /** Name of the chart's workload, or what the operator calls the pods. */
  readonly kind: string;
  /** The cluster or runner that it belongs to. */
  readonly instance: string;
  readonly namespace: string;
  readonly labels: ChartPod["labels"];
  readonly ports: readonly PodPort[];
  readonly hostNetwork: boolean;
}

/** A group of flows. Ends are kinds of pods or names of `ADDRESSES`; `*` is every pod. */
export interface FlowRow {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ports: readonly number[];
  /** @default "TCP" */
  readonly protocol?: "TCP" | "UDP";
  /** `instance`: only between pods of one cluster; or by the instances of both ends. @default any */
  readonly within?: "instance" | ((from: string, to: string, spec: EnvironmentSpec) => boolean);
  /** Only in environments for which this holds. @default all */
  readonly when?: (spec: EnvironmentSpec) => boolean;
  /** On Cilium it needs a policy of Cilium's own: the address is one of the pod's node. @default false */
  readonly ownNode?: boolean;
  readonly reason: string;
}

/** The facts of one product: `network` of `test/lib/components/<name>/network.ts`. */
export interface NetworkFacts {
  /** Its part of the environment that has everything. @default none */
  readonly everything?: Partial<EnvironmentSpec>;
  /** Can its webhook not use the host's network? @default false */
  readonly podNetworkOnly?: boolean;
  /** Environments that it needs in addition, by name. @default none */
  readonly environments?: Readonly<Record<string, Partial<EnvironmentSpec>>>;
  /** Files of these environments. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Pods that its operator, or one of our own workloads, makes for an object, by the kind of the object. @default none */
  readonly pods?: Readonly<Record<string, (object: KubeObject) => readonly PodFacts[]>>;
  /** Pods that come with its chart and are not in it, by the chart's namespace. @default none */
  readonly besideChart?: (namespace: string) => readonly PodFacts[];
  /** Workloads of its chart that values leave out, and the value that is then `false`. @default none */
  readonly optional?: Readonly<Record<string, readonly string[]>>;
  /** Flows that must be open. */
  readonly needed: readonly FlowRow[];
  /** Flows that must be closed, whatever an ipBlock matches. */
  readonly closed: readonly FlowRow[];
}

/** Places that are no pods of ours. */
export const ADDRESSES = {
  "api-server": { type: "address", ip: "10.0.0.2", identity: "cluster" },
  node: { type: "address", ip: "10.0.0.4", identity: "cluster" },
  internet: { type: "address", ip: "203.0.113.7", identity: "world" },
  metadata: { type: "address", ip: "169.254.169.254", identity: "world" },
  "pod-identity": { type: "address", ip: "169.254.170.23", identity: "own-node" },
  "node-local-dns": { type: "address", ip: "169.254.20.10", identity: "own-node" },
  "kubespray-dns": { type: "address", ip: "169.254.25.10", identity: "own-node" },
  "core-dns": { type: "pod", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ip: "10.1.0.2", ports: [] },
  "openshift-dns": {
    type: "pod",
    namespace: "openshift-dns",
    labels: { "dns.operator.openshift.io/daemonset-dns": "default" },
    ip: "10.1.0.3",
    ports: [],
  },
  stranger: { type: "pod", namespace: "strangers", labels: { app: "any" }, ip: "10.1.0.9", ports: [] },
} as const;

/** Ports, none of which is the API server's. */
export const EVERY_PORT = [22, 25, 80, 5432, 8080];

/** Do webhooks of the environment use the host's network? */
export function onHost({ network }: EnvironmentSpec): boolean {
  return network?.webhooks === "host";
}

/** The pods watch objects. */
export function watches(...from: string[]): FlowRow {
  return { from, to: ["api-server"], ports: [443, 6443, 8443], reason: "they watch objects, or create them" };
}

/** The API server asks the pods; in the host's network no policy selects them. */
export function admits(to: string, ...ports: number[]): FlowRow {
  return { from: ["api-server"], to: [to], ports, when: (spec) => !onHost(spec), reason: "admission" };
}

/** Monitoring reads metrics of the pods. */
export function scraped(port: number, ...to: string[]): FlowRow {
  return { from: ["prometheus"], to, ports: [port], reason: "metrics" };
}

/** The pods call nobody but the API server. */
export function callsNobody(...from: string[]): FlowRow {
  return { from, to: ["internet", "stranger"], ports: EVERY_PORT, reason: "the API server's ports only" };
}

/** TCP ports by name. */
export function tcp(ports: Readonly<Record<string, number>>): PodPort[] {
  return Object.entries(ports).map(([name, port]) => ({ name, port, protocol: "TCP" }));
}
