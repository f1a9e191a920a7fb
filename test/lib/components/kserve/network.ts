/** Network flows of KServe and its services. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const CONTROLLER = "kserve-controller-manager";
/** Kinds of predictors by the port of their metrics. */
const SERVERS = { 8080: "kserve-predictor", 8082: "kserve-mlserver", 8002: "kserve-triton" } as const;
const ALL = Object.values(SERVERS);

/** Pods of the predictor. Source: KServe v0.20.0, components/predictor.go, buildObjectMeta. */
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
  return [{ kind, instance: name, namespace, labels, ports: tcp({ http: 8080, metrics }), hostNetwork: false }];
}

/** What the tests of network policies know of KServe. */
export const network: NetworkFacts = {
  podNetworkOnly: true,
  everything: {
    kserve: {
      services: {
        iris: { runtime: { type: "custom", image: "registry.example.com/ml/server:1.0", metricsPort: 8080 }, callers: ["flink"] },
      },
    },
  },
  pods: { InferenceService: serverPods },
  needed: [
    watches(CONTROLLER),
    admits(CONTROLLER, 9443),
    scraped(8443, CONTROLLER),
    scraped(8080, SERVERS[8080]),
    scraped(8082, SERVERS[8082]),
    scraped(8002, SERVERS[8002]),
  ],
  closed: [
    callsNobody(CONTROLLER),
    callsNobody(...ALL),
    { from: ["stranger"], to: ALL, ports: [8080], reason: "a model server has no authentication" },
  ],
};
