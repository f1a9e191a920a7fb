/** Flows as network policies. */

import { Testing } from "cdk8s";
import type { JsonValue } from "#lib/core/json";
import { allow, apiServerFlow, dnsFlow, type FlowProps, OUTSIDE, pods, webhookFlow } from "#lib/kube/network";

function policies(...flows: FlowProps[]): Record<string, JsonValue> {
  const chart = Testing.chart();
  allow(chart, flows);
  const objects: { metadata: { name: string; namespace: string }; spec: JsonValue }[] = Testing.synth(chart);
  return Object.fromEntries(objects.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]));
}

test("opens both ends of a flow between two namespaces", () => {
  const made = policies({ name: "web-to-db", from: pods("web", { app: "web" }), to: pods("db", { app: "db" }), ports: [{ port: 5432 }] });

  expect(made).toEqual({
    "web/web-to-db-egress": {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "db" } },
              podSelector: { matchLabels: { app: "db" } },
            },
          ],
          ports: [{ port: 5432, protocol: "TCP" }],
        },
      ],
    },
    "db/web-to-db-ingress": {
      podSelector: { matchLabels: { app: "db" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } },
              podSelector: { matchLabels: { app: "web" } },
            },
          ],
          ports: [{ port: 5432, protocol: "TCP" }],
        },
      ],
    },
  });
});

test("never opens the way to the instance metadata", () => {
  const made = policies({ name: "out", from: pods("web"), to: OUTSIDE, ports: [] });

  for (const spec of Object.values(made)) {
    expect(spec).toMatchObject({
      egress: [
        {
          to: [
            { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } },
            { ipBlock: { cidr: "::/0", except: ["fd00:ec2::254/128"] } },
          ],
        },
      ],
    });
  }
});

test("the API server is whatever listens on its ports, and may call a webhook from wherever it is: not every network knows it by an address", () => {
  const made = policies(apiServerFlow("web", pods("web")), webhookFlow("web", pods("web"), 9443));

  expect(made["web/web-to-api-server-egress"]).toMatchObject({
    egress: [{ ports: [{ port: 443 }, { port: 6443 }, { port: 8443 }].map((port) => ({ ...port, protocol: "TCP" })) }],
  });
  expect(made["web/api-server-to-web-ingress"]).toMatchObject({ ingress: [{ ports: [{ port: 9443, protocol: "TCP" }] }] });
  expect(JSON.stringify(made)).not.toMatch(/"(to|from)":/);
});

test("DNS is the service, the cache of a node, or that of the cloud, on no port but its own", () => {
  const made = policies(...dnsFlow("web"));

  expect(JSON.stringify(made["web/allow-dns-egress"])).toMatch(/kube-dns.*node-local-dns/);
  expect(JSON.stringify(made["web/allow-node-local-dns-egress"])).toMatch(/169\.254\.20\.10.*169\.254\.169\.254/);
  expect(JSON.stringify(made).match(/"port":\d+/g)).toEqual(Array.from({ length: 4 }, () => '"port":53'));
});

test("writes nothing into a namespace of somebody else", () => {
  expect(Object.keys(policies(...dnsFlow("web")))).toEqual(["web/allow-dns-egress", "web/allow-node-local-dns-egress"]);
});
