/** Network flows of Spark and of its operator. */

import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { admits, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const OPERATOR = ["spark-operator-controller", "spark-operator-webhook", "spark-kubernetes-operator"];
const DRIVERS = ["spark-driver", "spark-connect-server"];
const PODS = [...DRIVERS, "spark-executor"];

/** Source: Spark operator v2.5.2, pkg/common/spark.go (roles); Spark 4.0, Constants.scala (ports), which our properties fix. */
function sparkPods({ apiVersion, metadata: { name, namespace = "" } }: KubeObject, role: "driver" | "connect-server"): PodFacts[] {
  return [
    { kind: `spark-${role}`, role, ports: tcp({ "driver-rpc-port": 7078, blockmanager: 7079, "spark-ui": 4040, grpc: 15_002 }) },
    { kind: "spark-executor", role: "executor", ports: tcp({ blockmanager: 7079 }) },
  ].map(({ kind, role: own, ports }) => ({
    kind,
    instance: name,
    namespace,
    labels: { "beamstack-iac/spark": role === "driver" ? labelOf(name, apiVersion) : `connect.${name}`, "spark-role": own },
    ports,
    hostNetwork: false,
  }));
}

/** Names for Apache's operator end with a digest. */
const labelOf = (name: string, apiVersion: string) =>
  apiVersion.startsWith("spark.apache.org/") ? name.replace(/-[0-9a-f]{8}$/, "") : name;

function historyPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  if (!name.endsWith("-spark-history")) return [];
  const labels = { "app.kubernetes.io/name": name };
  return [{ kind: "spark-history", instance: name, namespace, labels, ports: tcp({ http: 18_080 }), hostNetwork: false }];
}

/** Is the bucket of the history server in the cluster? */
const logsAre = (type: "in-cluster" | "s3") => (spec: EnvironmentSpec) =>
  spec.buckets?.[spec.spark?.history?.["main"]?.bucket ?? ""]?.type === type;

function usesSpark({ spark }: EnvironmentSpec): boolean {
  return Object.values(spark?.applications ?? {}).every(({ outsidePorts }) => outsidePorts?.includes(443));
}

/** What the tests of network policies know of Spark. */
export const network: NetworkFacts = {
  podNetworkOnly: true,
  everything: {
    spark: {
      applications: { pi: { main: { type: "python", file: "s3a://any/pi.py" }, outsidePorts: [443] } },
      connect: { sessions: { clients: ["strangers"] } },
    },
  },
  environments: {
    "Spark with its event logs in a bucket of a cloud": {
      buckets: { logs: { type: "s3", bucket: "logs", region: "eu-central-1" } },
      spark: {
        applications: {
          pi: {
            image: "registry.example.com/spark:1.0",
            main: { type: "python", file: "local:///pi.py" },
            eventLogs: "logs",
            outsidePorts: [443],
          },
        },
        history: { main: { image: "registry.example.com/spark:1.0", bucket: "logs", clients: ["strangers"] } },
      },
    },
    "Spark by the operator of Apache": {
      monitoring: {},
      spark: {
        operator: { type: "apache" },
        applications: { pi: { main: { type: "python", file: "s3a://any/pi.py" }, outsidePorts: [443] } },
      },
    },
  },
  pods: {
    Deployment: historyPods,
    SparkApplication: (object) => sparkPods(object, "driver"),
    ScheduledSparkApplication: (object) => sparkPods(object, "driver"),
    SparkConnect: (object) => sparkPods(object, "connect-server"),
  },
  needed: [
    // Drivers create executors.
    watches(...OPERATOR, ...DRIVERS),
    admits("spark-operator-webhook", 9443),
    scraped(8080, "spark-operator-controller"),
    scraped(19_090, "spark-kubernetes-operator"),
    // Of drivers and their executors.
    scraped(4040, ...DRIVERS),
    { from: PODS, to: PODS, ports: [7078, 7079], within: "instance", reason: "RPC and shuffle" },
    { from: ["spark-history"], to: ["internet"], ports: [443], when: logsAre("s3"), reason: "its bucket" },
    { from: ["spark-history"], to: ["seaweedfs-s3"], ports: [8333], when: logsAre("in-cluster"), reason: "its bucket" },
    {
      from: ["stranger"],
      to: ["spark-history"],
      ports: [18_080],
      when: ({ spark }) => spark?.history?.["main"]?.clients !== undefined,
      reason: "the web UI",
    },
    { from: ["spark-driver"], to: ["internet"], ports: [443], when: usesSpark, reason: "object storage" },
    {
      from: ["stranger"],
      to: ["spark-connect-server"],
      ports: [15_002],
      when: ({ spark }) => spark?.connect?.["sessions"]?.clients !== undefined,
      reason: "sessions of clients",
    },
  ],
  closed: [
    {
      from: ["stranger"],
      to: ["spark-history"],
      ports: [18_080],
      when: ({ spark }) => spark?.history?.["main"]?.clients === undefined,
      reason: "the web UI has no authentication",
    },
    { from: ["stranger"], to: PODS, ports: [4040, 7078, 7079], reason: "the web UI has no authentication" },
    { from: ["spark-executor"], to: ["spark-connect-server"], ports: [15_002], reason: "sessions of clients only" },
  ],
};
