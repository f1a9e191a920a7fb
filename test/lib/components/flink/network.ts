/** Network flows of Flink and of its operator. */

import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { callsNobody, type NetworkFacts, onHost, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const OPERATOR = "flink-kubernetes-operator";
const PODS = ["flink-jobmanager", "flink-taskmanager"];
const S3 = { type: "s3", uri: "s3://any/flink" } as const;
const JAR = "local:///opt/flink/usrlib/any.jar";
const APPLICATIONS = { own: { jar: JAR, storage: S3 }, twice: { jar: JAR, storage: S3, rollout: { type: "blue-green" } } } as const;

/** Source: Flink 2.2, KubernetesUtils.getCommonLabels and Constants (labels), default ports of its configuration. */
function flinkPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  return [
    { component: "jobmanager", ports: tcp({ rest: 8081, "jobmanager-rpc": 6123, blobserver: 6124, metrics: 9249 }) },
    { component: "taskmanager", ports: tcp({ "taskmanager-rpc": 6122, metrics: 9249, "worker-pool": 50_000 }) },
  ].map(({ component, ports }) => ({
    kind: `flink-${component}`,
    instance: name,
    namespace,
    labels: { app: name, component, type: "flink-native-kubernetes" },
    ports,
    hostNetwork: false,
  }));
}

/** Pods of both colours. Source: operator 1.15.0, BlueGreenUtils.prepareFlinkDeployment. */
function blueGreenPods(object: KubeObject): PodFacts[] {
  const { name } = object.metadata;
  return ["blue", "green"].flatMap((colour) => flinkPods({ ...object, metadata: { ...object.metadata, name: `${name}-${colour}` } }));
}

function usesS3({ flink }: EnvironmentSpec): boolean {
  return Object.values(flink?.clusters ?? {}).some(({ storage }) => storage?.type === "s3");
}

/** What the tests of network policies know of Flink. */
export const network: NetworkFacts = {
  everything: { flink: { clusters: { main: { storage: S3 }, other: { namespace: "streams", storage: S3 } }, applications: APPLICATIONS } },
  pods: { FlinkDeployment: flinkPods, FlinkBlueGreenDeployment: blueGreenPods },
  needed: [
    // The JobManager creates TaskManagers.
    watches(OPERATOR, ...PODS),
    {
      from: ["api-server"],
      to: [OPERATOR],
      ports: [9443],
      when: (spec) => Boolean(spec.certManager) && !onHost(spec),
      reason: "admission",
    },
    scraped(9999, OPERATOR),
    scraped(9249, ...PODS),
    { from: [OPERATOR], to: ["flink-jobmanager"], ports: [8081], reason: "the operator observes jobs" },
    {
      from: PODS,
      to: PODS,
      ports: [6122, 6123, 6124, 8081, 34_567],
      within: "instance",
      reason: "RPC, blobs and shuffle, on random ports",
    },
    { from: PODS, to: ["internet"], ports: [443, 9092], reason: "object storage, and what user code reads" },
    { from: PODS, to: ["pod-identity"], ports: [80], ownNode: true, when: usesS3, reason: "credentials for S3" },
  ],
  closed: [
    { from: ["api-server"], to: PODS, ports: [443, 9443, 10_250], reason: "they have no webhook" },
    {
      from: ["prometheus", "kube-prometheus-stack-grafana", "elasticsearch", "elastic-operator", "karpenter"],
      to: ["flink-jobmanager"],
      ports: [8081],
      reason: "Flink's REST API runs any code",
    },
    { from: ["kube-prometheus-stack-grafana", "alertmanager"], to: PODS, ports: [9249, 8081], reason: "nothing to do there" },
    callsNobody(OPERATOR),
    {
      from: PODS,
      to: ["elastic-operator", "karpenter", "cert-manager", "prometheus"],
      ports: [8080, 8081, 9090, 9101, 9402],
      reason: "user code",
    },
  ],
};
