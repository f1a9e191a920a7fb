/** Network flows of Elasticsearch and of ECK. */

import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, EVERY_PORT, type NetworkFacts, onHost, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

/** Source: ECK 3.5.0, pkg/controller/elasticsearch/label and network/ports.go. */
function elasticsearchPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = { "common.k8s.elastic.co/type": "elasticsearch", "elasticsearch.k8s.elastic.co/cluster-name": name };
  return [{ kind: "elasticsearch", instance: name, namespace, labels, ports: tcp({ https: 9200, transport: 9300 }), hostNetwork: false }];
}

/** Source: ECK 3.5.0, pkg/controller/kibana/label and network/ports.go. */
function kibanaPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = { "common.k8s.elastic.co/type": "kibana", "kibana.k8s.elastic.co/name": name };
  return [{ kind: "kibana", instance: name, namespace, labels, ports: tcp({ http: 5601 }), hostNetwork: false }];
}

/** What the tests of network policies know of Elasticsearch. */
export const network: NetworkFacts = {
  everything: { elasticsearch: { clusters: { docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(1) } }, kibana: {} } } } },
  pods: { Elasticsearch: elasticsearchPods, Kibana: kibanaPods },
  needed: [
    watches("elastic-operator"),
    admits("elastic-operator", 9443),
    scraped(9101, "elastic-operator"),
    { from: ["elastic-operator"], to: ["elasticsearch"], ports: [9200], reason: "the operator configures clusters" },
    { from: ["kibana"], to: ["elasticsearch"], ports: [9200], within: "instance", reason: "the UI of a cluster" },
    { from: ["elasticsearch"], to: ["elasticsearch"], ports: [9200, 9300], within: "instance", reason: "nodes of one cluster" },
  ],
  closed: [
    // The operator in the host's network has the address of a node.
    {
      from: ["stranger", "alertmanager"],
      to: ["elasticsearch"],
      ports: [9200],
      when: (spec) => !onHost(spec),
      reason: "the operator and clients only",
    },
    { from: ["api-server"], to: ["elasticsearch"], ports: [443, 9443, 10_250], reason: "it has no webhook" },
    { from: ["prometheus"], to: ["elasticsearch"], ports: [9200, 9300], reason: "no metrics there" },
    { from: ["elasticsearch"], to: ["internet", "api-server", "stranger"], ports: [...EVERY_PORT, 443, 6443], reason: "it calls nobody" },
    callsNobody("elastic-operator"),
    {
      from: ["kibana"],
      to: ["internet", "api-server", "stranger"],
      ports: [...EVERY_PORT, 443, 6443],
      reason: "it calls its cluster only",
    },
    { from: ["stranger", "prometheus", "api-server"], to: ["kibana"], ports: [5601], reason: "the gateway and its proxies only" },
  ],
};
