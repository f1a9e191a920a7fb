/** Network flows of KServe and its services. */

import { valueAt } from "#lib/core/json";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const CONTROLLER = "kserve-controller-manager";
/** Kinds of predictors by the port of their metrics. */
const SERVERS = { 8080: "kserve-predictor", 8082: "kserve-mlserver", 8002: "kserve-triton" } as const;
const ROUTER = "kserve-router";
const TRANSFORMER = "kserve-transformer";
const ALL = Object.values(SERVERS);
const LLM_CONTROLLER = "llmisvc-controller-manager";
const ROUTED = "kserve-routed-model";
const PICKER = "kserve-endpoint-picker";

/** Pods of the predictor, and of a transformer. Source: KServe v0.20.0, components/predictor.go, buildObjectMeta. */
function serverPods({ metadata: { name, namespace = "" }, spec }: KubeObject): PodFacts[] {
  const labels = {
    "serving.kserve.io/inferenceservice": name,
    component: "predictor",
    "networking.kserve.io/visibility": "cluster-local",
    app: `isvc.${name}-predictor`,
  };
  const ports = valueAt(spec, ["predictor", "containers", 0, "ports"]) as { readonly name: string; readonly containerPort: number }[];
  const metrics = ports.find((port) => port.name === "metrics")?.containerPort ?? 8080;
  const kind = SERVERS[metrics as keyof typeof SERVERS];
  const predictor = { kind, instance: name, namespace, labels, ports: tcp({ http: 8080, metrics }), hostNetwork: false };
  if (valueAt(spec, ["transformer"]) === undefined) return [predictor];
  const own = { ...labels, component: "transformer", app: `isvc.${name}-transformer` };
  return [predictor, { ...predictor, kind: TRANSFORMER, labels: own, ports: tcp({ http: 8080 }) }];
}

/** Pods of a language model with a router, and its endpoint picker. Source: KServe v0.20.0, workload_single_node.go and scheduler.go. */
function routedPods({ metadata: { name, namespace = "" }, spec }: KubeObject): PodFacts[] {
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "llminferenceservice" };
  const asked = valueAt(spec, ["labels"]) as Readonly<Record<string, string>>;
  const workload = { "app.kubernetes.io/component": "llminferenceservice-workload", "kserve.io/component": "workload" };
  const picker = { "app.kubernetes.io/component": "llminferenceservice-router-scheduler" };
  const pod = { instance: name, namespace, hostNetwork: false };
  return [
    { ...pod, kind: ROUTED, labels: { ...labels, ...workload, ...asked }, ports: tcp({ http: 8000 }) },
    { ...pod, kind: PICKER, labels: { ...labels, ...picker }, ports: tcp({ grpc: 9002, "grpc-health": 9003, metrics: 9090 }) },
  ];
}

/** Pods of a router. Source: KServe v0.20.0, inferencegraph/raw_ig.go. */
function routerPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = { "serving.kserve.io/inferencegraph": name, app: `isvc.${name}` };
  return [{ kind: ROUTER, instance: name, namespace, labels, ports: tcp({ http: 8080 }), hostNetwork: false }];
}

/** Has the graph a step that calls the service? */
function isStep(graph: string, service: string, { kserve }: EnvironmentSpec): boolean {
  const nodes = kserve?.graphs?.[graph.replace(/-graph$/, "")]?.nodes ?? {};
  return Object.values(nodes).some(({ steps }) => Object.values(steps).some(({ to }) => to.type === "service" && to.service === service));
}

/** What the tests of network policies know of KServe. */
export const network: NetworkFacts = {
  podNetworkOnly: true,
  everything: {
    kserve: {
      services: {
        iris: { runtime: { type: "custom", image: "registry.example.com/ml/server:1.0", metricsPort: 8080 }, callers: ["flink"] },
      },
      graphs: { flowers: { nodes: { root: { type: "sequence", steps: [{ to: { type: "service", service: "iris", model: "iris" } }] } } } },
    },
  },
  pods: { InferenceService: serverPods, InferenceGraph: routerPods, LLMInferenceService: routedPods },
  needed: [
    watches(CONTROLLER, LLM_CONTROLLER, PICKER),
    admits(CONTROLLER, 9443),
    admits(LLM_CONTROLLER, 9443),
    scraped(8443, CONTROLLER, LLM_CONTROLLER),
    scraped(8000, ROUTED),
    { from: [PICKER], to: [ROUTED], ports: [8000], within: "instance", reason: "it reads queues and caches of the pods" },
    { from: [ROUTER], to: ALL, ports: [8080], within: isStep, reason: "a graph calls the services of its steps" },
    { from: [TRANSFORMER], to: ALL, ports: [8080], within: "instance", reason: "a transformer calls the predictor" },
    scraped(8080, SERVERS[8080]),
    scraped(8082, SERVERS[8082]),
    scraped(8002, SERVERS[8002]),
  ],
  closed: [
    callsNobody(CONTROLLER, LLM_CONTROLLER, PICKER),
    { from: ["stranger"], to: [ROUTED], ports: [8000], reason: "closed but for the gateway and callers" },
    { from: ["stranger", ROUTED], to: [PICKER], ports: [9002, 9090], reason: "only the gateway asks it" },
    callsNobody(...ALL),
    { from: ["stranger"], to: [ROUTER], ports: [8080], reason: "a router has no authentication" },
    { from: ["stranger"], to: [...ALL, TRANSFORMER], ports: [8080], reason: "a model server has no authentication" },
  ],
};
