/** Network flows of SeaweedFS and of its operator. */

import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const PARTS = ["master", "volume", "filer", "s3"];
const PODS = PARTS.map((part) => `seaweedfs-${part}`);

/** Source: seaweedfs-operator 1.0.36, internal/controller (labels and ports of each part). */
function seaweedPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  return PARTS.map((part) => ({
    kind: `seaweedfs-${part}`,
    instance: name,
    namespace,
    labels: { "app.kubernetes.io/name": "seaweedfs", "app.kubernetes.io/instance": name, "app.kubernetes.io/component": part },
    ports: tcp({ s3: 8333, metrics: 9327, master: 9333, volume: 8444, filer: 8888 }),
    hostNetwork: false,
  }));
}

/** What the tests of network policies know of SeaweedFS. */
export const network: NetworkFacts = {
  everything: { seaweedfs: { clusters: { objects: { volume: { storage: Size.gibibytes(10) } } } } },
  pods: { Seaweed: seaweedPods },
  needed: [
    watches("seaweedfs-operator"),
    { from: PODS, to: PODS, ports: [8888, 9333], within: "instance", reason: "parts of one cluster" },
    scraped(9327, ...PODS),
  ],
  closed: [{ from: ["stranger"], to: PODS, ports: [8333, 8888, 9333], reason: "clients of buckets only" }],
};
