/** Facts of a cluster's network that decide about policies and webhooks: context of everything below a scope. */

import type { Construct, IConstruct } from "constructs";
import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import type { Taint } from "./node-pool";

const addressSchema = z.string().refine((text) => z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success, {
  error: "an IPv4 or IPv6 address, without port and prefix length",
});

/** A DNS server besides CoreDNS in kube-system, NodeLocal DNSCache at 169.254.20.10 and Cloud DNS for GKE. */
const dnsServerSchema = z.discriminatedUnion("type", [
  /** An address on every node, such as 169.254.25.10 with kubespray; its port is 53. */
  z.strictObject({
    type: z.literal("address"),
    /** IPv4 or IPv6 address. */
    address: addressSchema,
  }),
  /** Pods of the cluster, such as those of namespace openshift-dns with OpenShift. */
  z.strictObject({
    type: z.literal("pods"),
    /** Namespace of the pods. */
    namespace: labelNameSchema,
    /** Labels of the pods. @default none: every pod of the namespace */
    labels: z.record(z.string().min(1), z.string()).default({}),
    /** Port of the pods; that of their Service may differ. OpenShift's is 5353. @default 53 */
    port: z.int().min(1).max(65_535).default(53),
  }),
]);

/** Facts of the cluster's network. */
export const networkSchema = z.strictObject({
  /** DNS servers besides CoreDNS in kube-system, NodeLocal DNSCache at 169.254.20.10 and Cloud DNS for GKE. @default none */
  dns: z.array(dnsServerSchema).default([]),
  /** "kubernetes" makes NetworkPolicies only. "cilium" adds a CiliumNetworkPolicy to each NetworkPolicy whose peer is an address of the node, such as the EKS Pod Identity agent: Cilium matches no node by CIDR. It also adds the startup taint of Cilium to nodes that Karpenter creates. @default "kubernetes" */
  policies: z.enum(["kubernetes", "cilium"]).default("kubernetes"),
  /** Network of the pods that serve admission webhooks. Set "host" if the API server cannot reach pods, as on EKS with an overlay network. @default "pods" */
  webhooks: z.enum(["pods", "host"]).default("pods"),
});

/** A DNS server besides the usual ones. */
export type DnsServer = Readonly<z.output<typeof dnsServerSchema>>;

/** Facts of the cluster's network, defaults filled in. */
export type NetworkSettings = Readonly<Omit<z.output<typeof networkSchema>, "dns">> & { readonly dns: readonly DnsServer[] };

const NETWORK = "beamstack-iac/network";

/** Sets the facts of the network for everything below `scope`. Call it before `scope` has children. */
export function setNetwork(scope: Construct, network: NetworkSettings): void {
  scope.node.setContext(NETWORK, network);
}

/** Facts of the network; the schema's defaults where none are set. */
export function networkOf(scope: IConstruct): NetworkSettings {
  return (scope.node.tryGetContext(NETWORK) as NetworkSettings | undefined) ?? networkSchema.parse({});
}

/** Do webhooks below `scope` run in the host's network? */
export function webhooksOnHost(scope: IConstruct): boolean {
  return networkOf(scope).webhooks === "host";
}

/** What pods with a webhook need of their namespace: Pod Security admits the host's network at level "privileged" only. */
export function webhookNeed(scope: IConstruct) {
  if (!webhooksOnHost(scope)) return {};
  return { podSecurity: { level: "privileged", reason: "the API server reaches webhooks in the host's network only" } } as const;
}

/** Taint that Cilium removes once it runs on a node; a pod that starts before has no policies. Source: Cilium documentation, "Considerations on node pool taints". */
const CILIUM_TAINT: Taint = { key: "node.cilium.io/agent-not-ready", value: "true", effect: "NoExecute" };

/** Taints of a new node that the network's agent removes. */
export function networkStartupTaints(scope: IConstruct): readonly Taint[] {
  return networkOf(scope).policies === "cilium" ? [CILIUM_TAINT] : [];
}
