/** Network flows of Ray and of its operator. */

import type { KubeObject } from "#lib/kube/object";
import type { PodPort } from "#stacks/import/chart-pods";
import { type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const PODS = ["ray-head", "ray-worker"];

/** Source: KubeRay v1.7.0, controllers/ray/utils/constant.go and common/pod.go; the instance label is of our templates. */
function rayPods({ kind, metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const instance = `${kind.toLowerCase()}-${name}`;
  const ports = tcp({ gcs: 6379, client: 10_001, dashboard: 8265, serve: 8000, metrics: 8080 });
  const others = kind === "RayCluster" ? ["redis-cleanup"] : kind === "RayService" ? [] : ["submitter"];
  const pod = (type: string, more: Readonly<Record<string, string>>, own: readonly PodPort[]): PodFacts => ({
    kind: `ray-${type}`,
    instance,
    namespace,
    labels: { "app.kubernetes.io/instance": instance, "ray.io/node-type": type, ...more },
    ports: own,
    hostNetwork: false,
  });
  return [
    ...["head", "worker"].map((type) => pod(type, { "ray.io/is-ray-node": "yes" }, ports)),
    ...others.map((type) => pod(type, {}, [])),
  ];
}

/** What the tests of network policies know of Ray. */
export const network: NetworkFacts = {
  everything: {
    ray: {
      clusters: { main: { autoscaling: {}, workers: { cpu: { replicas: 1, maxReplicas: 2 } } } },
      jobs: { one: { entrypoint: "python main.py", workers: { cpu: {} } } },
    },
  },
  pods: { RayCluster: rayPods, RayJob: rayPods, RayService: rayPods, RayCronJob: rayPods },
  needed: [
    watches("kuberay-operator"),
    { from: PODS, to: PODS, ports: [6379, 8265, 34_567], within: "instance", reason: "raylets and workers, on random ports" },
    { from: ["kuberay-operator"], to: ["ray-head"], ports: [8265], reason: "the state of jobs and services" },
    { from: ["ray-submitter"], to: ["ray-head"], ports: [8265], within: "instance", reason: "submission" },
    scraped(8080, ...PODS),
  ],
  closed: [
    { from: ["stranger", "ray-submitter"], to: ["ray-worker"], ports: [6379, 8265], reason: "the dashboard runs whatever it is sent" },
  ],
};
