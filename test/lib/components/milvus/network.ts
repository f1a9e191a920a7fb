/** Network flows of Milvus and of its operator. */

import { valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const OPERATOR = "milvus-operator";

/** Source: milvus-operator v1.3.8, components.go and services.go (labels and ports of the pods). */
function milvusPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = { "app.kubernetes.io/name": "milvus", "app.kubernetes.io/instance": name, "app.kubernetes.io/component": "standalone" };
  return [{ kind: "milvus", instance: name, namespace, labels, ports: tcp({ milvus: 19_530, metrics: 9091 }), hostNetwork: false }];
}

function etcdPods(set: KubeObject): PodFacts[] {
  const { name, namespace = "" } = set.metadata;
  if (!name.endsWith("-etcd")) return [];
  const labels = valueAt(set, ["spec", "template", "metadata", "labels"]) as PodFacts["labels"];
  const ports = tcp({ client: 2379, peer: 2380, metrics: 2381 });
  return [{ kind: "milvus-etcd", instance: name.slice(0, -"-etcd".length), namespace, labels, ports, hostNetwork: false }];
}

function hasClusters({ milvus }: EnvironmentSpec): boolean {
  return Object.keys(milvus?.clusters ?? {}).length > 0;
}

/** A single member has nobody to talk to. */
function haveMembers({ milvus }: EnvironmentSpec): boolean {
  return Object.values(milvus?.clusters ?? {}).every(({ etcd }) => (etcd?.members ?? 1) > 1);
}

/** What the tests of network policies know of Milvus. */
export const network: NetworkFacts = {
  everything: { milvus: {} },
  environments: {
    "Milvus on a bucket in the cluster": {
      monitoring: {},
      seaweedfs: { clusters: { objects: { volume: { storage: Size.gibibytes(10) } } } },
      buckets: { vectors: { type: "in-cluster", store: "objects" } },
      milvus: { clusters: { deep: { bucket: "vectors", etcd: { members: 3 } } } },
      vectorIndexes: { pictures: { store: "deep", dimensions: 512 } },
    },
  },
  pods: { Milvus: milvusPods, StatefulSet: etcdPods },
  needed: [
    watches(OPERATOR),
    { from: [OPERATOR], to: ["milvus-etcd"], ports: [2379], reason: "it asks etcd before it starts a cluster" },
    { from: ["milvus"], to: ["milvus-etcd"], ports: [2379], within: "instance", reason: "metadata of collections" },
    { from: ["milvus"], to: ["milvus"], ports: [19_530], within: "instance", reason: "components of a cluster" },
    { from: [OPERATOR, "milvus"], to: ["seaweedfs-s3"], ports: [8333], when: hasClusters, reason: "vectors, and a check of their bucket" },
    { from: ["milvus-etcd"], to: ["milvus-etcd"], ports: [2380], within: "instance", when: haveMembers, reason: "members of one etcd" },
    scraped(9091, "milvus"),
    scraped(2381, "milvus-etcd"),
    scraped(8080, OPERATOR),
  ],
  closed: [
    { from: ["stranger"], to: ["milvus"], ports: [19_530, 9091], reason: "pipelines that name the store only" },
    { from: ["stranger"], to: ["milvus-etcd"], ports: [2379, 2380], reason: "Milvus and its operator only" },
  ],
};
