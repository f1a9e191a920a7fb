/** Network flows of monitoring. */

import { admits, EVERY_PORT, type NetworkFacts, onHost, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const STACK = "kube-prometheus-stack";
const CLIENTS = [`${STACK}-operator`, `${STACK}-kube-state-metrics`, `${STACK}-admission-create`, `${STACK}-admission-patch`];

/** Source: prometheus-operator v0.93.1, makeSelectorLabels and ports in pkg/prometheus/server and pkg/alertmanager. */
function serverPods(namespace: string): PodFacts[] {
  return [
    { kind: "prometheus", ports: tcp({ "http-web": 9090, "reloader-web": 8080 }) },
    {
      kind: "alertmanager",
      ports: [...tcp({ "http-web": 9093, "reloader-web": 8080, "mesh-tcp": 9094 }), { name: "mesh-udp", port: 9094, protocol: "UDP" }],
    },
  ].map(({ kind, ports }) => {
    const name = `${STACK}-${kind}`;
    const labels = {
      "app.kubernetes.io/name": kind,
      "app.kubernetes.io/managed-by": "prometheus-operator",
      "app.kubernetes.io/instance": name,
      [kind]: name,
    };
    return { kind, instance: STACK, namespace, labels, ports, hostNetwork: false };
  });
}

/** What the tests of network policies know of monitoring. */
export const network: NetworkFacts = {
  everything: { monitoring: { grafana: { adminSecret: "any" }, controlPlane: true } },
  environments: {
    "monitoring of a control plane": { monitoring: { nodeExporter: false, controlPlane: true, grafana: { adminSecret: "any" } } },
    "GKE Autopilot": { certManager: {}, monitoring: { nodeExporter: false, coreDns: false } },
  },
  besideChart: serverPods,
  optional: {
    [`${STACK}-grafana`]: ["grafana", "enabled"],
    [`${STACK}-prometheus-node-exporter`]: ["nodeExporter", "enabled"],
  },
  needed: [
    // Discovery of targets, metrics of objects, sidecars that read ConfigMaps.
    watches(...CLIENTS, `${STACK}-grafana`, "prometheus", "alertmanager"),
    admits(`${STACK}-operator`, 10_250),
    scraped(8080, `${STACK}-kube-state-metrics`, "prometheus", "alertmanager"),
    { ...scraped(10_250, `${STACK}-operator`), when: (spec) => !onHost(spec) },
    { ...scraped(10_261, `${STACK}-operator`), when: onHost },
    // Kubelet and cAdvisor.
    scraped(10_250, "node"),
    scraped(9100, `${STACK}-prometheus-node-exporter`),
    { ...scraped(9153, "core-dns"), when: ({ monitoring }) => monitoring?.coreDns !== false },
    {
      from: ["prometheus"],
      to: ["node"],
      ports: [2381, 10_249, 10_257, 10_259],
      when: ({ monitoring }) => monitoring?.controlPlane === true,
      reason: "metrics of etcd, kube-proxy, controller manager and scheduler",
    },
    { from: ["prometheus"], to: ["alertmanager"], ports: [9093], reason: "alerts" },
    { from: ["alertmanager"], to: ["alertmanager"], ports: [9094], reason: "gossip" },
    { from: ["alertmanager"], to: ["alertmanager"], ports: [9094], protocol: "UDP", reason: "gossip" },
    { from: ["alertmanager"], to: ["internet"], ports: [25, 443, 587], reason: "notifications" },
    { from: [`${STACK}-grafana`], to: ["prometheus"], ports: [9090], reason: "dashboards" },
    { from: [`${STACK}-grafana`], to: ["alertmanager"], ports: [9093], reason: "alerts in dashboards" },
  ],
  closed: [
    {
      from: ["api-server"],
      to: ["prometheus", "alertmanager", `${STACK}-grafana`],
      ports: [443, 9443, 10_250],
      reason: "they have no webhook",
    },
    {
      from: [...CLIENTS, `${STACK}-grafana`, "prometheus"],
      to: ["internet", "stranger"],
      ports: EVERY_PORT,
      reason: "only Alertmanager sends anything out",
    },
    { from: ["prometheus"], to: ["node"], ports: [22, 2379, 6080, 9443], reason: "no metrics there" },
    {
      from: ["prometheus"],
      to: ["node"],
      ports: [2381, 10_249, 10_257, 10_259],
      when: ({ monitoring }) => monitoring?.controlPlane !== true,
      reason: "not scraped",
    },
  ],
};
