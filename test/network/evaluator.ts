/** What network policies let through, as the API reference defines it (networking.k8s.io/v1), and as Cilium differs from it. */

import { BlockList, isIPv6 } from "node:net";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** A pod, as policies see it. */
export interface PodEndpoint {
  readonly type: "pod";
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  /** Ports that its containers declare. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

/** An address that is no pod's. Pods in the host's network have the address of their node. */
interface AddressEndpoint {
  readonly type: "address";
  readonly ip: string;
  /** `own-node`: the node of the pod at the other end; `cluster`: other nodes and the API server; `world`: everything else. */
  readonly identity: "own-node" | "cluster" | "world";
}

/** One end of a connection. */
export type Endpoint = PodEndpoint | AddressEndpoint;

/** A connection that somebody tries to open. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

/** Policies, and what the network makes of them. */
export interface World {
  readonly policies: readonly KubeObject[];
  /** Labels of namespaces by name; each also has the label of its name. */
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Which identities an `ipBlock` matches besides `world`; networks differ. Cilium's matches no other. @default pods and nodes, too */
  readonly ipBlockMatches?: "everything" | "world";
}

const CILIUM = "CiliumNetworkPolicy";

/** Do the policies let the connection through at both ends? */
export function allows(world: World, connection: Connection): boolean {
  return passes(world, connection, "egress") && passes(world, connection, "ingress");
}

type Direction = "egress" | "ingress";

function passes(world: World, connection: Connection, direction: Direction): boolean {
  const [subject, peer] = direction === "egress" ? [connection.from, connection.to] : [connection.to, connection.from];
  if (subject.type !== "pod") return true;
  const applying = world.policies.filter((policy) => selects(policy, subject) && concerns(policy, direction));
  if (applying.length === 0) return true;
  return applying.some((policy) =>
    rulesOf(policy, direction).some((rule) =>
      policy.kind === CILIUM
        ? ciliumRule(rule, peer, connection)
        : peersMatch(world, rule[direction === "egress" ? "to" : "from"], { peer, namespace: policy.metadata.namespace ?? "" }) &&
          portsMatch(rule["ports"], connection),
    ),
  );
}

function rulesOf(policy: KubeObject, direction: Direction): readonly JsonObject[] {
  return objectsIn(valueAt(policy, ["spec", direction]));
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function selects(policy: KubeObject, pod: PodEndpoint): boolean {
  const selector = valueAt(policy, ["spec", policy.kind === CILIUM ? "endpointSelector" : "podSelector"]);
  return policy.metadata.namespace === pod.namespace && matchesSelector(selector, pod.labels);
}

/** Without `policyTypes` a policy is about ingress, and about egress if it has such rules. */
function concerns(policy: KubeObject, direction: Direction): boolean {
  const types = valueAt(policy, ["spec", "policyTypes"]);
  if (Array.isArray(types)) return types.includes(direction === "egress" ? "Egress" : "Ingress");
  const named = valueAt(policy, ["spec", direction]) !== undefined;
  return policy.kind === CILIUM ? named : direction === "ingress" || named;
}

/** No peer, or an empty list, is any peer. */
function peersMatch(world: World, peers: JsonValue | undefined, of: { readonly peer: Endpoint; readonly namespace: string }): boolean {
  const listed = objectsIn(peers);
  return listed.length === 0 || listed.some((one) => peerMatches(world, one, of));
}

function peerMatches(world: World, one: JsonObject, { peer, namespace }: { readonly peer: Endpoint; readonly namespace: string }): boolean {
  const block = one["ipBlock"];
  if (isJsonObject(block)) return blockMatches(world, block, peer);
  if (peer.type !== "pod") return false;
  const { podSelector, namespaceSelector } = one;
  const inNamespace =
    namespaceSelector === undefined
      ? peer.namespace === namespace
      : matchesSelector(namespaceSelector, { ...world.namespaces?.[peer.namespace], "kubernetes.io/metadata.name": peer.namespace });
  return inNamespace && (podSelector === undefined || matchesSelector(podSelector, peer.labels));
}

function blockMatches({ ipBlockMatches = "everything" }: World, block: JsonObject, peer: Endpoint): boolean {
  if (ipBlockMatches === "world" && (peer.type === "pod" || peer.identity !== "world")) return false;
  const { cidr, except = [] } = block;
  const excluded = Array.isArray(except) ? except.map(String) : [];
  return contains(String(cidr), peer.ip) && !excluded.some((each) => contains(each, peer.ip));
}

/** Is the address in the block? */
export function contains(cidr: string, ip: string): boolean {
  const [network = "", length = ""] = cidr.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if (family !== (isIPv6(ip) ? "ipv6" : "ipv4")) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return list.check(ip, family);
}

function matchesSelector(selector: JsonValue | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (!isJsonObject(selector)) return false;
  const wanted = isJsonObject(selector["matchLabels"]) ? Object.entries(selector["matchLabels"]) : [];
  return (
    wanted.every(([key, value]) => labels[key] === value) && objectsIn(selector["matchExpressions"]).every((one) => holds(one, labels))
  );
}

function holds({ key, operator, values }: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[String(key)];
  const listed = Array.isArray(values) && value !== undefined && values.includes(value);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      throw new Error(`no operator of a selector: ${String(operator)}`);
  }
}

/** No port, or an empty list, is any port. */
function portsMatch(ports: JsonValue | undefined, connection: Connection): boolean {
  const listed = objectsIn(ports);
  return listed.length === 0 || listed.some((one) => portMatches(one, connection));
}

function portMatches({ port, endPort, protocol = "TCP" }: JsonObject, { to, port: wanted, protocol: by }: Connection): boolean {
  if (protocol !== by) return false;
  if (port === undefined) return true;
  if (typeof port === "string")
    return to.type === "pod" && to.ports.some((one) => one.name === port && one.port === wanted && one.protocol === by);
  return typeof endPort === "number" ? Number(port) <= wanted && wanted <= endPort : port === wanted;
}

/** Entities and ports: all that our policies use. Source: Cilium documentation, "Layer 3 policies, entities based". */
function ciliumRule(rule: JsonObject, peer: Endpoint, { port, protocol }: Connection): boolean {
  const unknown = Object.keys(rule).filter((key) => key !== "toEntities" && key !== "toPorts");
  if (unknown.length > 0) throw new Error(`not evaluated: ${unknown.join(", ")}`);
  const entities = Array.isArray(rule["toEntities"]) ? rule["toEntities"] : [];
  const isHost = peer.type === "address" && peer.identity === "own-node";
  const ports = objectsIn(rule["toPorts"]).flatMap((each) => objectsIn(each["ports"]));
  const open = ports.length === 0 || ports.some((each) => each["port"] === String(port) && each["protocol"] === protocol);
  return entities.includes("host") && isHost && open;
}
