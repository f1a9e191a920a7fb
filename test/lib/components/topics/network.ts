/** Network flows of clients of topics. Their pods are not ours; in environments here they have the label `app` with the name of their user. */

import type { KubeObject } from "#lib/kube/object";
import type { NetworkFacts, PodFacts } from "../../../network/facts";

/** Users of pipelines begin with `pipeline-`; the workers of their runners are the pods. */
function clientPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  if (name.startsWith("pipeline-")) return [];
  return [{ kind: "topic-client", instance: name, namespace, labels: { app: name }, ports: [], hostNetwork: false }];
}

/** What the tests of network policies know of topics. */
export const network: NetworkFacts = {
  pods: { KafkaUser: clientPods },
  needed: [{ from: ["topic-client"], to: ["kafka-node"], ports: [9093], reason: "the topic that names it as a client" }],
  closed: [{ from: ["topic-client"], to: ["kafka-node"], ports: [8443, 9090, 9091], reason: "topics only" }],
};
