/** Network flows that the products need, and flows that must stay closed: data. Sources are the products' own documentation of their ports. */

import type { EnvironmentSpec } from "#lib/environment/spec";

/** A group of flows. Ends are kinds of pods (see pods.ts) or names of `ADDRESSES`; `*` is every pod. */
export interface FlowRow {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ports: readonly number[];
  /** @default "TCP" */
  readonly protocol?: "TCP" | "UDP";
  /** `instance`: only between pods of one cluster; `stores`: from a runner to stores that its pipelines name; `other-stores`: to the others. @default any */
  readonly within?: "instance" | "stores" | "other-stores";
  /** Only in environments for which this holds. @default all */
  readonly when?: (spec: EnvironmentSpec) => boolean;
  /** On Cilium it needs a policy of Cilium's own: the address is one of the pod's node. @default false */
  readonly ownNode?: boolean;
  readonly reason: string;
}

/** Places that are no pods of ours. */
export const ADDRESSES = {
  "api-server": { type: "address", ip: "10.0.0.2", identity: "cluster" },
  node: { type: "address", ip: "10.0.0.4", identity: "cluster" },
  internet: { type: "address", ip: "203.0.113.7", identity: "world" },
  metadata: { type: "address", ip: "169.254.169.254", identity: "world" },
  "pod-identity": { type: "address", ip: "169.254.170.23", identity: "own-node" },
  "node-local-dns": { type: "address", ip: "169.254.20.10", identity: "own-node" },
  "kubespray-dns": { type: "address", ip: "169.254.25.10", identity: "own-node" },
  "core-dns": { type: "pod", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ip: "10.1.0.2", ports: [] },
  "openshift-dns": {
    type: "pod",
    namespace: "openshift-dns",
    labels: { "dns.operator.openshift.io/daemonset-dns": "default" },
    ip: "10.1.0.3",
    ports: [],
  },
  stranger: { type: "pod", namespace: "strangers", labels: { app: "any" }, ip: "10.1.0.9", ports: [] },
} as const;

const CERT_MANAGER = ["cert-manager", "cert-manager-cainjector", "cert-manager-webhook"];
const STACK = "kube-prometheus-stack";
const STACK_CLIENTS = [`${STACK}-operator`, `${STACK}-kube-state-metrics`, `${STACK}-admission-create`, `${STACK}-admission-patch`];
const FLINK = ["flink-jobmanager", "flink-taskmanager"];
const RAY = ["ray-head", "ray-worker"];
const SEAWEED = ["seaweedfs-master", "seaweedfs-volume", "seaweedfs-filer", "seaweedfs-s3"];
const SPARK_OPERATOR = ["spark-operator-controller", "spark-operator-webhook"];
const SPARK_DRIVERS = ["spark-driver", "spark-connect-server"];
const SPARK = [...SPARK_DRIVERS, "spark-executor"];
const usesSpark = ({ spark }: EnvironmentSpec) =>
  Object.values(spark?.applications ?? {}).every(({ outsidePorts }) => outsidePorts?.includes(443));
const onHost = ({ network }: EnvironmentSpec) => network?.webhooks === "host";
const usesS3 = ({ flink }: EnvironmentSpec) => Object.values(flink?.clusters ?? {}).some(({ storage }) => storage?.type === "s3");
const hasPort = (port: number) => (spec: EnvironmentSpec) => JSON.stringify(spec).includes(`:${port}`);

/** Flows that must be open. */
export const NEEDED: readonly FlowRow[] = [
  { from: ["*"], to: ["core-dns"], ports: [53], reason: "names" },
  { from: ["*"], to: ["core-dns"], ports: [53], protocol: "UDP", reason: "names" },
  { from: ["*"], to: ["node-local-dns"], ports: [53], protocol: "UDP", ownNode: true, reason: "names, from the cache of the node" },
  {
    from: ["*"],
    to: ["kubespray-dns"],
    ports: [53],
    protocol: "UDP",
    ownNode: true,
    when: ({ network }) => network?.dns?.some(({ type }) => type === "address") ?? false,
    reason: "names, from kubespray's cache",
  },
  {
    from: ["*"],
    to: ["openshift-dns"],
    ports: [5353],
    protocol: "UDP",
    when: ({ network }) => network?.dns?.some(({ type }) => type === "pods") ?? false,
    reason: "names, from OpenShift's DNS",
  },
  {
    from: [
      ...CERT_MANAGER,
      "cert-manager-startupapicheck",
      "karpenter",
      "elastic-operator",
      "flink-kubernetes-operator",
      "kueue-controller-manager",
      ...SPARK_OPERATOR,
      ...SPARK_DRIVERS,
      "kuberay-operator",
      "seaweedfs-operator",
      ...FLINK,
    ],
    to: ["api-server"],
    ports: [443, 6443, 8443],
    reason: "operators watch their objects; Flink's JobManager creates TaskManagers, drivers of Spark create executors",
  },
  {
    from: [...STACK_CLIENTS, `${STACK}-grafana`, "prometheus", "alertmanager"],
    to: ["api-server"],
    ports: [443, 6443, 8443],
    reason: "discovery of targets, metrics of objects, sidecars that read ConfigMaps",
  },
  { from: ["api-server"], to: ["cert-manager-webhook"], ports: [10_250], when: (spec) => !onHost(spec), reason: "admission" },
  { from: ["api-server"], to: [`${STACK}-operator`], ports: [10_250], when: (spec) => !onHost(spec), reason: "admission" },
  { from: ["api-server"], to: ["elastic-operator"], ports: [9443], when: (spec) => !onHost(spec), reason: "admission" },
  {
    from: ["api-server"],
    to: ["flink-kubernetes-operator"],
    ports: [9443],
    when: (spec) => Boolean(spec.certManager) && !onHost(spec),
    reason: "admission",
  },
  {
    from: ["api-server"],
    to: ["kueue-controller-manager"],
    ports: [8082, 9443],
    when: (spec) => !onHost(spec),
    reason: "admission, and positions in queues",
  },
  { from: RAY, to: RAY, ports: [6379, 8265, 34_567], within: "instance", reason: "raylets and workers, on random ports" },
  { from: ["kuberay-operator"], to: ["ray-head"], ports: [8265], reason: "the state of jobs and services" },
  { from: ["ray-submitter"], to: ["ray-head"], ports: [8265], within: "instance", reason: "submission" },
  { from: ["prometheus"], to: RAY, ports: [8080], reason: "metrics" },
  { from: SEAWEED, to: SEAWEED, ports: [8888, 9333], within: "instance", reason: "parts of one cluster" },
  { from: ["prometheus"], to: SEAWEED, ports: [9327], reason: "metrics" },
  { from: ["api-server"], to: ["spark-operator-webhook"], ports: [9443], reason: "admission" },
  { from: ["prometheus"], to: ["spark-operator-controller"], ports: [8080], reason: "metrics" },
  { from: ["prometheus"], to: SPARK_DRIVERS, ports: [4040], reason: "metrics of drivers and their executors" },
  { from: SPARK, to: SPARK, ports: [7078, 7079], within: "instance", reason: "RPC and shuffle" },
  { from: ["spark-driver"], to: ["internet"], ports: [443], when: usesSpark, reason: "object storage" },
  {
    from: ["stranger"],
    to: ["spark-connect-server"],
    ports: [15_002],
    when: ({ spark }) => spark?.connect?.["sessions"]?.clients !== undefined,
    reason: "sessions of clients",
  },
  { from: ["prometheus"], to: ["kueue-controller-manager"], ports: [8443], reason: "metrics" },
  { from: ["prometheus"], to: CERT_MANAGER, ports: [9402], reason: "metrics" },
  { from: ["prometheus"], to: ["elastic-operator"], ports: [9101], reason: "metrics" },
  { from: ["prometheus"], to: ["flink-kubernetes-operator"], ports: [9999], reason: "metrics" },
  { from: ["prometheus"], to: FLINK, ports: [9249], reason: "metrics" },
  { from: ["prometheus"], to: ["karpenter"], ports: [8080], reason: "metrics" },
  { from: ["prometheus"], to: [`${STACK}-kube-state-metrics`, "prometheus", "alertmanager"], ports: [8080], reason: "metrics" },
  { from: ["prometheus"], to: [`${STACK}-operator`], ports: [10_250], when: (spec) => !onHost(spec), reason: "metrics" },
  { from: ["prometheus"], to: [`${STACK}-operator`], ports: [10_261], when: onHost, reason: "metrics, in the host's network" },
  { from: ["prometheus"], to: ["node"], ports: [10_250], reason: "metrics of kubelet and cAdvisor" },
  { from: ["prometheus"], to: [`${STACK}-prometheus-node-exporter`], ports: [9100], reason: "metrics of nodes" },
  { from: ["prometheus"], to: ["core-dns"], ports: [9153], when: ({ monitoring }) => monitoring?.coreDns !== false, reason: "metrics" },
  {
    from: ["prometheus"],
    to: ["node"],
    ports: [2381, 10_249, 10_257, 10_259],
    when: ({ monitoring }) => monitoring?.controlPlane === true,
    reason: "metrics of etcd, kube-proxy, controller manager and scheduler",
  },
  { from: ["prometheus"], to: ["alertmanager"], ports: [9093], reason: "alerts" },
  { from: ["alertmanager"], to: ["alertmanager"], ports: [9094], reason: "gossip" },
  { from: ["alertmanager"], to: ["alertmanager"], ports: [9094], protocol: "UDP", reason: "gossip" },
  { from: ["alertmanager"], to: ["internet"], ports: [25, 443, 587], reason: "notifications" },
  { from: [`${STACK}-grafana`], to: ["prometheus"], ports: [9090], reason: "dashboards" },
  { from: [`${STACK}-grafana`], to: ["alertmanager"], ports: [9093], reason: "alerts in dashboards" },
  { from: ["elastic-operator"], to: ["elasticsearch"], ports: [9200], reason: "the operator configures clusters" },
  { from: ["elasticsearch"], to: ["elasticsearch"], ports: [9200, 9300], within: "instance", reason: "nodes of one cluster" },
  { from: ["flink-kubernetes-operator"], to: ["flink-jobmanager"], ports: [8081], reason: "the operator observes jobs" },
  {
    from: FLINK,
    to: FLINK,
    ports: [6122, 6123, 6124, 8081, 34_567],
    within: "instance",
    reason: "RPC, blobs and shuffle, on random ports",
  },
  { from: FLINK, to: ["internet"], ports: [443, 9092], reason: "object storage, and what user code reads" },
  { from: ["submitter"], to: ["flink-jobmanager"], ports: [8081], within: "instance", reason: "submission" },
  { from: ["submitter"], to: ["internet"], ports: [3128], when: hasPort(3128), reason: "a proxy" },
  { from: ["submitter"], to: ["internet"], ports: [8081], when: hasPort(8081), reason: "a package index" },
  { from: ["submitter"], to: ["internet"], ports: [9000, 443], when: hasPort(9000), reason: "storage of artifacts" },
  { from: ["flink-taskmanager"], to: ["elasticsearch"], ports: [9200], within: "stores", reason: "workers write to their stores" },
  { from: ["karpenter"], to: ["internet"], ports: [443], reason: "EC2, SQS, pricing" },
  {
    from: ["karpenter"],
    to: ["pod-identity"],
    ports: [80],
    ownNode: true,
    when: ({ karpenter }) => karpenter?.controllerRole === undefined,
    reason: "credentials",
  },
  { from: FLINK, to: ["pod-identity"], ports: [80], ownNode: true, when: usesS3, reason: "credentials for S3" },
];

/** None of the API server's. */
const everyPort = [22, 25, 80, 5432, 8080];

/** Flows that must be closed, whatever an ipBlock matches. */
export const CLOSED: readonly FlowRow[] = [
  { from: ["*"], to: ["metadata"], ports: [80], reason: "it returns the node's credentials" },
  {
    from: ["stranger"],
    to: ["*"],
    ports: [80, 3000, 6080, 8080, 8081, 9090, 9093, 9094, 9100, 9101, 9249, 9300, 9402, 9403, 9999, 50_000],
    reason: "other teams' pods",
  },
  { from: ["stranger"], to: SPARK, ports: [4040, 7078, 7079], reason: "the web UI has no authentication" },
  { from: ["stranger", "ray-submitter"], to: ["ray-worker"], ports: [6379, 8265], reason: "the dashboard runs whatever it is sent" },
  { from: ["stranger"], to: SEAWEED, ports: [8333, 8888, 9333], reason: "clients of buckets only" },
  { from: ["spark-executor"], to: ["spark-connect-server"], ports: [15_002], reason: "sessions of clients only" },
  // The operator in the host's network has the address of a node.
  {
    from: ["stranger", "alertmanager"],
    to: ["elasticsearch"],
    ports: [9200],
    when: (spec) => !onHost(spec),
    reason: "the operator and clients only",
  },
  {
    from: ["flink-taskmanager"],
    to: ["elasticsearch"],
    ports: [9200],
    within: "other-stores",
    when: (spec) => !onHost(spec),
    reason: "stores that no pipeline names",
  },
  {
    from: ["api-server", "stranger"],
    to: ["cert-manager", "cert-manager-cainjector"],
    ports: [10_250],
    reason: "only the webhook serves there",
  },
  {
    from: ["api-server"],
    to: ["prometheus", "alertmanager", `${STACK}-grafana`, "elasticsearch", ...FLINK],
    ports: [443, 9443, 10_250],
    reason: "they have no webhook",
  },
  {
    from: [...STACK_CLIENTS, `${STACK}-grafana`, "prometheus"],
    to: ["internet", "stranger"],
    ports: everyPort,
    reason: "only Alertmanager sends anything out",
  },
  { from: ["prometheus"], to: ["node"], ports: [22, 2379, 6080, 9443], reason: "no metrics there" },
  {
    from: ["prometheus"],
    to: ["node"],
    ports: [2381, 10_249, 10_257, 10_259],
    when: ({ monitoring }) => monitoring?.controlPlane !== true,
    reason: "not scraped",
  },
  { from: ["prometheus"], to: ["elasticsearch"], ports: [9200, 9300], reason: "no metrics there" },
  {
    from: ["prometheus", `${STACK}-grafana`, "elasticsearch", "elastic-operator", "karpenter"],
    to: ["flink-jobmanager"],
    ports: [8081],
    reason: "Flink's REST API runs any code",
  },
  { from: [`${STACK}-grafana`, "alertmanager"], to: FLINK, ports: [9249, 8081], reason: "nothing to do there" },
  { from: ["elasticsearch"], to: ["internet", "api-server", "stranger"], ports: [...everyPort, 443, 6443], reason: "it calls nobody" },
  {
    from: [...CERT_MANAGER, "karpenter", "elastic-operator", "flink-kubernetes-operator", "kueue-controller-manager"],
    to: ["internet", "stranger"],
    ports: everyPort,
    reason: "the API server's ports only",
  },
  { from: ["submitter"], to: ["internet", "api-server"], ports: [22, 25, 5432, 6443], reason: "packages and storage only" },
  {
    from: ["submitter", ...FLINK],
    to: ["elastic-operator", "karpenter", "cert-manager", "prometheus"],
    ports: [8080, 8081, 9090, 9101, 9402],
    reason: "user code",
  },
  { from: CERT_MANAGER, to: ["pod-identity"], ports: [80], reason: "no access to the cloud" },
];
