/** The pods of a release: those of the charts as their templates make them, those of operators, and our own Jobs. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import type { ChartPod, PodPort, Rendered } from "#stacks/import/chart-pods";
import type { Endpoint } from "./evaluator";

/** A pod by the name of what makes it. */
export interface NamedPod {
  /** Name of the chart's workload, or what the operator calls the pods. */
  readonly kind: string;
  /** The cluster or runner that it belongs to. */
  readonly instance: string;
  readonly namespace: string;
  readonly labels: ChartPod["labels"];
  readonly ports: readonly PodPort[];
  readonly hostNetwork: boolean;
  readonly endpoint: Endpoint;
}

/** What charts make, by chart and network of its webhooks. */
export const CHARTS: Readonly<Record<string, Rendered | undefined>> = require("../../lib/imports/charts/pods.json");

/** Charts without pods. */
const WITHOUT_PODS = new Set(["karpenter-crd"]);

/** Workloads of a chart that values leave out. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = {
  "kube-prometheus-stack-grafana": ["grafana", "enabled"],
  "kube-prometheus-stack-prometheus-node-exporter": ["nodeExporter", "enabled"],
};

type Draft = Omit<NamedPod, "endpoint">;

/** Every pod of a release whose operators are installed by Helm. */
export function podsOf({ helmReleases, objects }: Release, webhooks: "pods" | "host"): NamedPod[] {
  const ofCharts = helmReleases.flatMap(({ chart, values }) => {
    if (WITHOUT_PODS.has(chart.name)) return [];
    const rendered = CHARTS[`${chart.name} ${webhooks}`];
    if (!rendered) throw new Error(`no pods known of chart ${chart.name}`);
    return rendered.pods
      .filter(({ workload }) => isThere(workload, values))
      .map(({ workload, ...pod }) => ({ kind: workload, instance: chart.name, ...pod }));
  });
  const servers = helmReleases
    .filter(({ chart }) => chart.name === "kube-prometheus-stack")
    .flatMap(({ namespace }) => monitoringServers(namespace));
  const others = objects.flatMap(({ manifest }) => BY_KIND[manifest.kind]?.(manifest) ?? []);
  return [...ofCharts, ...servers, ...others].map((pod, position) => ({ ...pod, endpoint: endpointOf(pod, position) }));
}

/** Pods in the host's network have the address of their node. */
function endpointOf({ namespace, labels, ports, hostNetwork }: Draft, position: number): Endpoint {
  if (hostNetwork) return { type: "address", ip: "10.0.0.4", identity: "cluster" };
  return { type: "pod", namespace, labels, ports, ip: `10.1.1.${position + 1}` };
}

function isThere(workload: string, values: JsonObject): boolean {
  const path = OPTIONAL[workload];
  return path === undefined || valueAt(values, path) === true;
}

function tcp(ports: Readonly<Record<string, number>>): PodPort[] {
  return Object.entries(ports).map(([name, port]) => ({ name, port, protocol: "TCP" }));
}

/** Source: prometheus-operator v0.93.1, makeSelectorLabels and ports in pkg/prometheus/server and pkg/alertmanager. */
function monitoringServers(namespace: string): Draft[] {
  return [
    { kind: "prometheus", ports: tcp({ "http-web": 9090, "reloader-web": 8080 }) },
    {
      kind: "alertmanager",
      ports: [...tcp({ "http-web": 9093, "reloader-web": 8080, "mesh-tcp": 9094 }), { name: "mesh-udp", port: 9094, protocol: "UDP" }],
    },
  ].map(({ kind, ports }) => {
    const name = `kube-prometheus-stack-${kind}`;
    const labels = {
      "app.kubernetes.io/name": kind,
      "app.kubernetes.io/managed-by": "prometheus-operator",
      "app.kubernetes.io/instance": name,
      [kind]: name,
    };
    return { kind, instance: "kube-prometheus-stack", namespace, labels, ports, hostNetwork: false };
  });
}

const BY_KIND: Readonly<Record<string, (object: KubeObject) => Draft[]>> = {
  FlinkDeployment: flinkPods,
  Elasticsearch: elasticsearchPods,
  Job: submitterPods,
  SparkApplication: (object) => sparkPods(object, "driver"),
  ScheduledSparkApplication: (object) => sparkPods(object, "driver"),
  SparkConnect: (object) => sparkPods(object, "connect-server"),
  RayCluster: rayPods,
  RayJob: rayPods,
  RayService: rayPods,
  RayCronJob: rayPods,
  Seaweed: seaweedPods,
};

/** Source: KubeRay v1.7.0, controllers/ray/utils/constant.go and common/pod.go; the instance label is of our templates. */
function rayPods({ kind, metadata: { name, namespace = "" } }: KubeObject): Draft[] {
  // The digest in the name of a RayJob is no part of the label.
  const instance = `${kind.toLowerCase()}-${kind === "RayJob" ? name.replace(/-[0-9a-f]{8}$/, "") : name}`;
  const ports = tcp({ gcs: 6379, client: 10_001, dashboard: 8265, serve: 8000, metrics: 8080 });
  const others = kind === "RayCluster" ? ["redis-cleanup"] : kind === "RayService" ? [] : ["submitter"];
  const pod = (type: string, more: Readonly<Record<string, string>>, own: readonly PodPort[]): Draft => ({
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

/** Source: seaweedfs-operator 1.0.36, internal/controller (labels and ports of each part). */
function seaweedPods({ metadata: { name, namespace = "" } }: KubeObject): Draft[] {
  return ["master", "volume", "filer", "s3"].map((part) => ({
    kind: `seaweedfs-${part}`,
    instance: name,
    namespace,
    labels: { "app.kubernetes.io/name": "seaweedfs", "app.kubernetes.io/instance": name, "app.kubernetes.io/component": part },
    ports: tcp({ s3: 8333, metrics: 9327, master: 9333, volume: 8444, filer: 8888 }),
    hostNetwork: false,
  }));
}

/** Source: Spark operator v2.5.2, pkg/common/spark.go (roles); Spark 4.0, Constants.scala (ports), which our properties fix. */
function sparkPods({ metadata: { name, namespace = "" } }: KubeObject, role: "driver" | "connect-server"): Draft[] {
  return [
    { kind: `spark-${role}`, role, ports: tcp({ "driver-rpc-port": 7078, blockmanager: 7079, "spark-ui": 4040, grpc: 15_002 }) },
    { kind: "spark-executor", role: "executor", ports: tcp({ blockmanager: 7079 }) },
  ].map(({ kind, role: own, ports }) => ({
    kind,
    instance: name,
    namespace,
    labels: { "beamstack-iac/spark": role === "driver" ? name : `connect.${name}`, "spark-role": own },
    ports,
    hostNetwork: false,
  }));
}

/** Source: Flink 2.2, KubernetesUtils.getCommonLabels and Constants (labels), default ports of its configuration. */
function flinkPods({ metadata: { name, namespace = "" } }: KubeObject): Draft[] {
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

/** Source: ECK 3.5.0, pkg/controller/elasticsearch/label and network/ports.go. */
function elasticsearchPods({ metadata: { name, namespace = "" } }: KubeObject): Draft[] {
  const labels = { "common.k8s.elastic.co/type": "elasticsearch", "elasticsearch.k8s.elastic.co/cluster-name": name };
  return [{ kind: "elasticsearch", instance: name, namespace, labels, ports: tcp({ https: 9200, transport: 9300 }), hostNetwork: false }];
}

/** The runner's name is the host of the option `flink_master`. */
function submitterPods(job: KubeObject): Draft[] {
  const template = valueAt(job, ["spec", "template"]);
  const labels = valueAt(template, ["metadata", "labels"]);
  if (!isJsonObject(labels) || labels["app.kubernetes.io/name"] !== "beam-submitter") return [];
  const runner = /--flink_master=([-a-z0-9]+)-rest\./.exec(JSON.stringify(template))?.[1] ?? "";
  const own = labels as Readonly<Record<string, string>>;
  return [{ kind: "submitter", instance: runner, namespace: job.metadata.namespace ?? "", labels: own, ports: [], hostNetwork: false }];
}
