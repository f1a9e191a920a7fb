/** Network flows of CloudNativePG, its plugin and its clusters. */

import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { admits, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const PODS = ["postgres", "postgres-job"];

/** Source: CloudNativePG 1.30.0, pkg/specs/pods.go (labels and ports of instances) and jobs.go. */
function postgresPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = { "cnpg.io/cluster": name };
  const ports = tcp({ postgresql: 5432, metrics: 9187, status: 8000 });
  return [
    { kind: "postgres", instance: name, namespace, labels: { ...labels, "cnpg.io/podRole": "instance" }, ports, hostNetwork: false },
    { kind: "postgres-job", instance: name, namespace, labels: { ...labels, "cnpg.io/jobRole": "join" }, ports: [], hostNetwork: false },
  ];
}

const backsUp = (type: string) => (spec: EnvironmentSpec) =>
  Object.keys(spec.cloudnativePg?.clusters ?? {}).length > 0 && spec.buckets?.["backups"]?.type === type;

/** What the tests of network policies know of CloudNativePG. */
export const network: NetworkFacts = {
  everything: {
    certManager: {},
    seaweedfs: { clusters: { objects: { volume: { storage: Size.gibibytes(10) } } } },
    buckets: { backups: { type: "in-cluster", store: "objects" } },
    cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10), backup: { bucket: "backups" } } } },
  },
  podNetworkOnly: true,
  pods: { Cluster: postgresPods },
  needed: [
    watches("cloudnative-pg", "plugin-barman-cloud", ...PODS),
    admits("cloudnative-pg", 9443),
    { from: ["cloudnative-pg"], to: ["plugin-barman-cloud"], ports: [9090], reason: "the operator asks the plugin" },
    { from: ["cloudnative-pg"], to: ["postgres"], ports: [5432, 8000], reason: "the operator asks instances" },
    { from: PODS, to: ["postgres"], ports: [5432, 8000], within: "instance", reason: "replication and new standbys" },
    { from: PODS, to: ["seaweedfs-s3"], ports: [8333], when: backsUp("in-cluster"), reason: "backups, and restore from them" },
    { from: PODS, to: ["internet"], ports: [443], when: backsUp("s3"), reason: "backups, and restore from them" },
    { from: PODS, to: ["pod-identity"], ports: [80], ownNode: true, when: backsUp("s3"), reason: "credentials for S3" },
    scraped(9187, "postgres"),
    scraped(8080, "cloudnative-pg"),
  ],
  closed: [
    { from: ["stranger", "prometheus"], to: ["postgres"], ports: [5432, 8000], reason: "clients of databases only" },
    { from: PODS, to: ["internet", "stranger"], ports: [22, 25, 80], reason: "the API server and the bucket only" },
  ],
};
