/** Network flows of KServe and its services. */

import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const CONTROLLER = "kserve-controller-manager";
const SERVER = "kserve-predictor";

/** Pods of the predictor. Source: KServe v0.20.0, components/predictor.go, buildObjectMeta. */
function serverPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = {
    "serving.kserve.io/inferenceservice": name,
    component: "predictor",
    "networking.kserve.io/visibility": "cluster-local",
    app: `isvc.${name}-predictor`,
  };
  return [{ kind: SERVER, instance: name, namespace, labels, ports: tcp({ http: 8080 }), hostNetwork: false }];
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
  needed: [watches(CONTROLLER), admits(CONTROLLER, 9443), scraped(8443, CONTROLLER), scraped(8080, SERVER)],
  closed: [
    callsNobody(CONTROLLER),
    callsNobody(SERVER),
    { from: ["stranger"], to: [SERVER], ports: [8080], reason: "a model server has no authentication" },
  ],
};
