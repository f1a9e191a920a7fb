/** Network flows of the GPU operator and of what it runs on nodes. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const DISCOVERY = ["master", "worker", "gc"].map((part) => `gpu-operator-node-feature-discovery-${part}`);
const WATCHING = ["gpu-operator", ...DISCOVERY, "gpu-feature-discovery", "nvidia-operator-validator"];

/** Source: GPU operator v26.7.0, assets/state-*. */
function nodePods(policy: KubeObject): PodFacts[] {
  const pod = (kind: string, labels: PodFacts["labels"], ports: PodFacts["ports"] = []): PodFacts => ({
    kind,
    instance: "gpu-operator",
    namespace: "gpu-operator",
    labels,
    ports,
    hostNetwork: false,
  });
  const hasDriver = valueAt(policy, ["spec", "driver", "enabled"]) === true;
  return [
    ...(hasDriver ? [pod("nvidia-driver", { app: "nvidia-driver-daemonset", "app.kubernetes.io/component": "nvidia-driver" })] : []),
    pod("gpu-feature-discovery", { app: "gpu-feature-discovery" }),
    pod("nvidia-operator-validator", { app: "nvidia-operator-validator" }),
    pod("nvidia-dcgm-exporter", { app: "nvidia-dcgm-exporter" }, tcp({ metrics: 9400 })),
  ];
}

/** What the tests of network policies know of the GPU operator. */
export const network: NetworkFacts = {
  everything: { gpus: { software: { owner: "image", image: "bottlerocket" } } },
  environments: { "GPUs without a driver": { gpus: {}, monitoring: { nodeExporter: false } } },
  pods: { ClusterPolicy: nodePods },
  needed: [
    watches(...WATCHING, "nvidia-driver"),
    scraped(8080, "gpu-operator"),
    scraped(9400, "nvidia-dcgm-exporter"),
    { from: ["nvidia-driver"], to: ["internet"], ports: [80, 443], reason: "packages for the build of kernel modules" },
  ],
  closed: [
    callsNobody(...WATCHING, "nvidia-dcgm-exporter"),
    { from: ["nvidia-driver"], to: ["internet", "stranger"], ports: [22, 25, 5432, 8080], reason: "packages only" },
    { from: ["stranger", "gpu-operator"], to: ["nvidia-dcgm-exporter"], ports: [9400], reason: "metrics for Prometheus only" },
  ],
};
