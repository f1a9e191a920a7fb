/** The evaluator of network policies: what the API reference says of each field, and laws that hold for all policies. */

import fc from "fast-check";
import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { allows, type Connection, contains, type PodEndpoint, type World } from "./evaluator";

function pod(namespace: string, labels: Record<string, string>, ip = "10.1.0.5"): PodEndpoint {
  const ports = [
    { name: "http", port: 8080, protocol: "TCP" },
    { name: "dns", port: 53, protocol: "UDP" },
  ];
  return { type: "pod", namespace, labels, ip, ports };
}

function policy(spec: JsonObject, namespace = "a"): KubeObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "any", namespace }, spec };
}

const WEB = pod("a", { app: "web" });
const DB = pod("b", { app: "db" }, "10.1.0.6");
const INTERNET = { type: "address", ip: "203.0.113.7", identity: "world" } as const;
const NODE = { type: "address", ip: "10.0.0.4", identity: "cluster" } as const;
const DENY = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

function open(policies: readonly KubeObject[], connection: Partial<Connection> = {}, world: Partial<World> = {}): boolean {
  return allows({ policies, ...world }, { from: WEB, to: DB, port: 8080, protocol: "TCP", ...connection });
}

/** Egress of every pod of namespace a to a peer. */
function toPeer(peer: JsonObject, ports: readonly JsonObject[] = []): KubeObject {
  return policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [peer], ...(ports.length > 0 && { ports }) }] });
}

const NS_B = { "kubernetes.io/metadata.name": "b" };

test.each<readonly [string, boolean, KubeObject[]]>([
  ["no policy allows everything", true, []],
  ["a policy without rules denies egress", false, [policy(DENY)]],
  ["and ingress", false, [policy(DENY, "b")]],
  ["a policy of another namespace says nothing", true, [policy(DENY, "c")]],
  ["a policy for other pods says nothing", true, [policy({ ...DENY, podSelector: { matchLabels: { app: "other" } } })]],
  ["a pod selector alone is about the policy's own namespace", false, [toPeer({ podSelector: { matchLabels: { app: "db" } } })]],
  ["a namespace selector alone is about all of its pods", true, [toPeer({ namespaceSelector: { matchLabels: NS_B } })]],
  ["both are about pods in namespaces", true, [toPeer({ namespaceSelector: {}, podSelector: { matchLabels: { app: "db" } } })]],
  ["both must match", false, [toPeer({ namespaceSelector: { matchLabels: NS_B }, podSelector: { matchLabels: { app: "x" } } })]],
  ["a rule without peers is about every peer", true, [policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{}] })]],
  ["an empty list of peers, too", true, [policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [] }] })]],
  ["without policyTypes egress rules make egress isolated", false, [policy({ podSelector: {}, egress: [{ ports: [{ port: 1 }] }] })]],
  ["without policyTypes and egress rules egress is open", true, [policy({ podSelector: {} })]],
  ["the rules of one policy of several suffice", true, [policy(DENY), toPeer({ namespaceSelector: { matchLabels: NS_B } })]],
])("%s", (_rule, expected, policies) => {
  expect(open(policies)).toBe(expected);
});

test.each<readonly [JsonObject, boolean]>([
  [{ key: "app", operator: "In", values: ["db", "cache"] }, true],
  [{ key: "app", operator: "In", values: ["cache"] }, false],
  [{ key: "app", operator: "NotIn", values: ["cache"] }, true],
  [{ key: "tier", operator: "NotIn", values: ["cache"] }, true],
  [{ key: "app", operator: "Exists" }, true],
  [{ key: "tier", operator: "Exists" }, false],
  [{ key: "app", operator: "DoesNotExist" }, false],
])("the expression %j matches: %s", (expression, expected) => {
  expect(open([toPeer({ namespaceSelector: {}, podSelector: { matchExpressions: [expression] } })])).toBe(expected);
});

test.each<readonly [string, JsonObject, Partial<Connection>, boolean]>([
  ["its number", { port: 8080 }, {}, true],
  ["another number", { port: 80 }, {}, false],
  ["its name", { port: "http" }, {}, true],
  ["the name of another port", { port: "dns" }, {}, false],
  ["the name of a port of another protocol", { port: "dns" }, { port: 53 }, false],
  ["a range", { port: 8000, endPort: 9000 }, {}, true],
  ["a range that ends before", { port: 8000, endPort: 8079 }, {}, false],
  ["TCP where UDP is asked for", { port: 8080 }, { protocol: "UDP" }, false],
  ["any port of a protocol", { protocol: "UDP" }, { protocol: "UDP", port: 1 }, true],
])("a port may be %s", (_what, port, connection, expected) => {
  expect(open([toPeer({ namespaceSelector: {} }, [port])], connection)).toBe(expected);
});

test("an ipBlock leaves out its exceptions, and on Cilium matches neither nodes nor pods", () => {
  const all = toPeer({ ipBlock: { cidr: "0.0.0.0/0", except: ["203.0.113.0/24"] } });
  const cilium = { ipBlockMatches: "world" } as const;

  expect([NODE, DB, INTERNET].map((to) => open([all], { to }))).toEqual([true, true, false]);
  expect([NODE, DB].map((to) => open([all], { to }, cilium))).toEqual([false, false]);
  expect(open([toPeer({ ipBlock: { cidr: "203.0.113.0/24" } })], { to: INTERNET }, cilium)).toBe(true);
});

test("a policy of Cilium reaches the pod's own node, on its ports only", () => {
  const spec = { endpointSelector: {}, egress: [{ toEntities: ["host"], toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] }] };
  const host = { ...policy(spec), apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy" };
  const ownNode = { type: "address", ip: "169.254.170.23", identity: "own-node" } as const;

  expect(open([policy(DENY), host], { to: ownNode, port: 80 })).toBe(true);
  expect(open([policy(DENY), host], { to: ownNode, port: 81 })).toBe(false);
  expect(open([policy(DENY), host], { to: NODE, port: 80 })).toBe(false);
});

const label = fc.constantFrom("web", "db", "cache");
const selector = fc.oneof(
  fc.constant<JsonObject>({}),
  label.map((app): JsonObject => ({ matchLabels: { app } })),
);
const portRule = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((port): JsonObject => ({ port })),
  fc.record({ port: fc.integer({ min: 1, max: 3 }), endPort: fc.integer({ min: 3, max: 6 }) }),
);
const peer = fc.oneof(
  fc.record({ namespaceSelector: fc.constantFrom<JsonObject>({}, { matchLabels: NS_B }), podSelector: selector }),
  selector.map((podSelector) => ({ podSelector })),
  fc.record({ ipBlock: fc.record({ cidr: fc.constantFrom("0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/24") }) }),
);
const rule = fc.record({ to: fc.array(peer, { maxLength: 2 }), ports: fc.array(portRule, { maxLength: 2 }) });
const anyPolicy = fc
  .record({ podSelector: selector, egress: fc.array(rule, { maxLength: 2 }), namespace: fc.constantFrom("a", "b") })
  .map(({ namespace, ...spec }) => policy({ ...spec, policyTypes: ["Egress"] } as unknown as JsonObject, namespace));
const policies = fc.array(anyPolicy, { maxLength: 5 });
const connection: fc.Arbitrary<Connection> = fc.record({
  from: fc.record({ namespace: fc.constantFrom("a", "b"), app: label }).map(({ namespace, app }) => pod(namespace, { app })),
  to: fc.constantFrom<Connection["to"]>(WEB, DB, INTERNET, NODE),
  port: fc.integer({ min: 1, max: 6 }),
  protocol: fc.constant("TCP" as const),
});

test("the order of policies does not matter", () => {
  fc.assert(
    fc.property(policies, connection, (some, one) => {
      expect(allows({ policies: [...some].reverse() }, one)).toBe(allows({ policies: some }, one));
    }),
  );
});

test("to an isolated pod, a further policy only opens", () => {
  fc.assert(
    fc.property(policies, anyPolicy, connection, (some, more, one) => {
      const isolated = [policy(DENY, "a"), policy(DENY, "b"), ...some];

      if (allows({ policies: isolated }, one)) expect(allows({ policies: [...isolated, more] }, one)).toBe(true);
    }),
  );
});

test("a policy without rules closes only what no other policy opens", () => {
  fc.assert(
    fc.property(policies, connection, (some, one) => {
      const from = one.from.type === "pod" ? one.from : WEB;
      const denied = allows({ policies: [...some, policy({ podSelector: {}, policyTypes: ["Egress"] }, from.namespace)] }, one);

      if (denied) expect(allows({ policies: some }, one)).toBe(true);
    }),
  );
});

test("what Cilium allows by NetworkPolicies alone, every network allows", () => {
  fc.assert(
    fc.property(policies, connection, (some, one) => {
      if (allows({ policies: some, ipBlockMatches: "world" }, one)) expect(allows({ policies: some }, one)).toBe(true);
    }),
  );
});

test("a range of ports is the list of its ports", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 12 }), (port, more, wanted) => {
      const each = Array.from({ length: more + 1 }, (_, index): JsonObject => ({ port: port + index }));

      const range = open([toPeer({ namespaceSelector: {} }, [{ port, endPort: port + more }])], { port: wanted });
      expect(range).toBe(open([toPeer({ namespaceSelector: {} }, each)], { port: wanted }));
    }),
  );
});

test("an address is in a block if their first bits are the same", () => {
  const bits = (ip: string) =>
    ip
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");

  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, ip, length) => {
      expect(contains(`${network}/${length}`, ip)).toBe(bits(network).slice(0, length) === bits(ip).slice(0, length));
    }),
  );
});
