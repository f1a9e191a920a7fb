/** Network policies as flows: who may talk to whom, and on which ports. Every namespace denies everything else. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { foreignNamespacesOf } from "./foreign";
import { type DnsServer, networkOf } from "./network-settings";

/** Link-local addresses of cloud metadata services, which return credentials to any caller: closed to pods except for DNS. */
const INSTANCE_METADATA = { ipv4: "169.254.169.254/32", ipv6: "fd00:ec2::254/128" } as const;
/** Address of NodeLocal DNSCache. Source: Kubernetes documentation, "Using NodeLocal DNSCache in Kubernetes clusters". */
const NODE_LOCAL_DNS = "169.254.20.10/32";
/** Where Cloud DNS for GKE answers; credentials are on other ports of this address. Source: GKE documentation, "Using Cloud DNS for GKE". */
const CLOUD_DNS = INSTANCE_METADATA.ipv4;

/** One port of a flow. */
export interface FlowPort {
  readonly port: number;
  /** @default "TCP" */
  readonly protocol?: "TCP" | "UDP";
}

/** Pods by namespace and labels; no label means every pod of the namespace. */
export interface PodsEnd {
  readonly type: "pods";
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Do they run in the network of their nodes? No policy selects such pods, neither as its subject nor as a peer. @default false */
  readonly hostNetwork?: boolean;
}

/** One end of a flow. */
export type FlowEnd =
  | PodsEnd
  /** Any address but the instance metadata: the internet, the cloud's services, the API server. */
  | { readonly type: "outside" }
  /** Addresses of the pod's own node in CIDR notation. Cilium matches them by a policy of its own only. */
  | { readonly type: "node-addresses"; readonly cidrs: readonly string[] }
  /** Any peer; restricts ports only. Cilium matches neither nodes nor the API server by CIDR. */
  | { readonly type: "anywhere" }
  /** Any of these. */
  | { readonly type: "several"; readonly ends: readonly FlowEnd[] };

/** What may pass. */
export interface FlowProps {
  /** Name of the policies: `<name>-egress` where the flow starts, `<name>-ingress` where it ends. */
  readonly name: string;
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** No port means every port. */
  readonly ports: readonly FlowPort[];
}

/** Pods of a namespace. */
export function pods(namespace: string, labels: PodsEnd["labels"] = {}, { hostNetwork = false } = {}): PodsEnd {
  return { type: "pods", namespace, labels, ...(hostNetwork && { hostNetwork }) };
}

/** Any address but the instance metadata. */
export const OUTSIDE: FlowEnd = { type: "outside" };

/** Any peer; restricts ports only. */
export const ANYWHERE: FlowEnd = { type: "anywhere" };

/** The end of a flow to a host. A policy sees the pods behind a Service, and not its address, so their port must be that of the Service. */
export function endOfHost(hostname: string): FlowEnd {
  return !hostname.includes(".") || /\.svc(?:\.cluster\.local)?$/.test(hostname) ? ANYWHERE : OUTSIDE;
}

/**
 * Addresses of the pod identity services of clouds. Sources: GKE documentation, "Workload Identity Federation: network policies";
 * EKS documentation, "Pod Identity agent".
 */
export const CLOUD_IDENTITY = {
  aws: { to: { type: "node-addresses", cidrs: ["169.254.170.23/32", "fd00:ec2::23/128"] }, ports: [{ port: 80 }] },
  gcp: { to: { type: "node-addresses", cidrs: ["169.254.169.252/32", "169.254.169.254/32"] }, ports: [{ port: 988 }, { port: 80 }] },
} as const satisfies Readonly<Record<string, Pick<FlowProps, "to" | "ports">>>;

/** The DNS service, and the cache on each node, to which GKE sends every question. */
const DNS_PODS = ["kube-dns", "node-local-dns"].map((app) => pods("kube-system", { "k8s-app": app }));

/** Egress to the cluster's DNS: its Service, the node, the cloud, and further servers. */
export function dnsFlow(namespace: string, servers: readonly DnsServer[] = []): FlowProps[] {
  const from = pods(namespace);
  const cidrs = servers.flatMap((server) => (server.type === "address" ? [hostCidr(server.address)] : []));
  return [
    { name: "allow-dns", from, to: { type: "several", ends: DNS_PODS }, ports: dnsPorts(53) },
    {
      name: "allow-node-local-dns",
      from,
      to: { type: "node-addresses", cidrs: [...new Set([NODE_LOCAL_DNS, CLOUD_DNS, ...cidrs])] },
      ports: dnsPorts(53),
    },
    ...servers.flatMap((server, position) =>
      server.type === "pods"
        ? [{ name: `allow-dns-${position}`, from, to: foreign(server.namespace, server.labels), ports: dnsPorts(server.port) }]
        : [],
    ),
  ];
}

/** Pods in a namespace whose policies belong to its owner: we write none there. */
function foreign(namespace: string, labels: PodsEnd["labels"]): FlowEnd {
  return { type: "several", ends: [pods(namespace, labels)] };
}

function dnsPorts(port: number): FlowPort[] {
  return [{ port, protocol: "UDP" }, { port }];
}

function hostCidr(address: string): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

/**
 * Egress to the API server. No pod selector matches it, so the policy names its service port and the ports of distributions (minikube's last).
 *
 * @param who name of the caller, part of the policy's name
 */
export function apiServerFlow(who: string, from: PodsEnd): FlowProps {
  return { name: `${who}-to-api-server`, from, to: ANYWHERE, ports: [{ port: 443 }, { port: 6443 }, { port: 8443 }] };
}

/**
 * Ingress from the API server to an admission webhook. No pod selector matches the API server.
 *
 * @param who name of the webhook's owner, part of the policy's name
 */
export function webhookFlow(who: string, to: PodsEnd, port: number): FlowProps {
  return { name: `api-server-to-${who}`, from: ANYWHERE, to, ports: [{ port }] };
}

/** Namespaces whose policies belong to their owner: we write no policy into them. */
const FOREIGN: ReadonlySet<string> = new Set(["kube-system", "default"]);

/** Lets a flow through the default-deny policies at each end that is pods of ours. */
export class Flow extends Construct {
  public constructor(scope: Construct, id: string, props: FlowProps) {
    super(scope, id);
    const { name, from, to, ports } = props;
    const allowed = ports.map(({ port, protocol = "TCP" }) => ({ port: k8s.IntOrString.fromNumber(port), protocol }));
    if (isOurs(this, from)) {
      new k8s.KubeNetworkPolicy(this, "Egress", {
        metadata: { name: `${name}-egress`, namespace: from.namespace },
        spec: {
          podSelector: { matchLabels: { ...from.labels } },
          policyTypes: ["Egress"],
          egress: [{ ...(!isAnywhere(to) && { to: peers(to) }), ports: allowed }],
        },
      });
      if (to.type === "node-addresses" && networkOf(this).policies === "cilium") this.addHostEgress(from, props);
    }
    if (isOurs(this, to)) {
      new k8s.KubeNetworkPolicy(this, "Ingress", {
        metadata: { name: `${name}-ingress`, namespace: to.namespace },
        spec: {
          podSelector: { matchLabels: { ...to.labels } },
          policyTypes: ["Ingress"],
          ingress: [{ ...(!isAnywhere(from) && { from: peers(from) }), ports: allowed }],
        },
      });
    }
  }

  /** To Cilium an address of the node is the entity "host", which no ipBlock matches. Source: cilium/cilium issue 34387. */
  private addHostEgress({ namespace, labels }: PodsEnd, { name, ports }: FlowProps): void {
    new ApiObject(this, "HostEgress", {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: `${name}-egress`, namespace },
      spec: {
        endpointSelector: { matchLabels: { ...labels } },
        egress: [
          { toEntities: ["host"], toPorts: [{ ports: ports.map(({ port, protocol = "TCP" }) => ({ port: String(port), protocol })) }] },
        ],
      },
    });
  }
}

/** Lets every flow of the list through. */
export function allow(scope: Construct, flows: readonly FlowProps[]): void {
  for (const flow of flows) new Flow(scope, `Flow-${flow.name}`, flow);
}

function isOurs(scope: Construct, end: FlowEnd): end is PodsEnd {
  return (
    end.type === "pods" && end.hostNetwork !== true && !FOREIGN.has(end.namespace) && !foreignNamespacesOf(scope).includes(end.namespace)
  );
}

/** Pods in the host's network have the address of their node. */
function isAnywhere(end: FlowEnd): boolean {
  return end.type === "anywhere" || (end.type === "pods" && end.hostNetwork === true);
}

function peers(end: FlowEnd): k8s.NetworkPolicyPeer[] {
  switch (end.type) {
    case "pods":
      return [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": end.namespace } },
          podSelector: { matchLabels: { ...end.labels } },
        },
      ];
    case "anywhere":
      return [];
    case "several":
      return end.ends.flatMap(peers);
    case "node-addresses":
      return end.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
    case "outside":
      return [
        { ipBlock: { cidr: "0.0.0.0/0", except: [INSTANCE_METADATA.ipv4] } },
        { ipBlock: { cidr: "::/0", except: [INSTANCE_METADATA.ipv6] } },
      ];
  }
}
