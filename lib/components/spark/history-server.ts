/** A history server: the web UI of applications that have ended, from their event logs in a bucket. */

import { Duration as CdkDuration, Size as CdkSize } from "cdk8s";
import { Probe, Volume } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { identityFlows } from "#lib/kube/identity";
import { allow, type FlowEnd, pods } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { imageOf } from "./application";
import { historyProblems } from "./checks";
import { divideMemory } from "./memory";
import { sparkPin } from "./pin";
import { SPARK_USER } from "./pods";
import { eventLogUri, hadoopProperties, SHARED_FOLDER, SPARK_CLASS, STEP, steps, trustOption } from "./preparation";
import { type SparkHistoryProps, type SparkHistorySettings, sparkHistorySchema } from "./schema";

/** Port of the web UI and the REST API. */
const PORT = 18_080;

/** Folder of logs that were read. */
const STORE = "/var/spark-history";

/** Context of a history server. */
export interface SparkHistoryServerPlace {
  /** Name of the server; its Deployment and Service are `<name>-spark-history`. */
  readonly name: string;
}

/** A history server. */
export class SparkHistoryServer extends Construct {
  public readonly name: string;
  public readonly namespace: string;
  /** Address of the web UI in the cluster. */
  public readonly url: string;

  public constructor(scope: Construct, id: string, props: SparkHistoryProps & SparkHistoryServerPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, sparkPin.name);
    const settings = settingsOf(this, sparkHistorySchema, own, { checks: (each, path) => historyProblems(name, each, path) });
    const { namespace, bucket, pool, replicas } = settings;
    this.name = `${name}-spark-history`;
    this.namespace = namespace;
    this.url = `http://${this.name}.${namespace}.svc:${PORT}`;
    const buckets = bucketSet([bucket], namespace);
    const workload = new HardenedWorkload(this, "Server", {
      name: this.name,
      namespace,
      kind: { type: "deployment", replicas },
      userId: SPARK_USER,
      ...containers(this, settings, buckets),
      service: {},
      account: { annotations: buckets.annotations },
      callers: callersOf(settings),
      ...(pool && { pool }),
    });
    workload.node.addDependency(...buckets.dependencies);
    allow(this, [...bucketFlows(bucket, this.name, workload.pods), ...identityFlows(this.name, workload.pods, buckets.annotations)]);
  }
}

function callersOf({ clients }: SparkHistorySettings): Record<string, FlowEnd> {
  return Object.fromEntries(clients.map((client) => [client, pods(client)]));
}

function containers(scope: Construct, settings: SparkHistorySettings, buckets: BucketSet) {
  const { bucket, version, cpu, memory, scratch } = settings;
  const image = imageOf(settings);
  const shared = { path: SHARED_FOLDER, volume: Volume.fromEmptyDir(scope, "Shared", "tmp", { sizeLimit: CdkSize.gibibytes(1) }) };
  const isPublic = bucket.enter(settings.namespace).credentials.type === "public";
  const initContainers: HardenedInitContainer[] = steps(buckets, version, isPublic ? undefined : bucket).map(({ readsCa, ...step }) => ({
    ...step,
    image,
    ...STEP,
    mounts: [shared, ...(readsCa ? caVolumeMounts(scope, buckets.trust) : [])],
  }));
  const probe = (options: { failureThreshold: number; periodSeconds?: CdkDuration }) =>
    Probe.fromHttpGet("/api/v1/version", { port: PORT, timeoutSeconds: CdkDuration.seconds(5), ...options });
  const server: HardenedContainer = {
    image,
    command: [SPARK_CLASS],
    args: ["org.apache.spark.deploy.history.HistoryServer"],
    env: {
      ...buckets.environment,
      SPARK_DAEMON_MEMORY: `${divideMemory(memory, "jvm").heap}m`,
      SPARK_HISTORY_OPTS: options(settings, buckets),
    },
    ports: { http: PORT },
    requests: { cpu, memory },
    limits: { memory },
    scratch: { [STORE]: scratch },
    mounts: [shared],
    readiness: probe({ failureThreshold: 3 }),
    liveness: probe({ failureThreshold: 6 }),
    startup: probe({ failureThreshold: 60, periodSeconds: CdkDuration.seconds(5) }),
  };
  return { initContainers, containers: [server] };
}

/** Options of the JVM; `spark-class` splits them at spaces. Source: Spark 4.0 documentation, "Monitoring and Instrumentation". */
function options({ bucket, version, keep, scratch }: SparkHistorySettings, buckets: BucketSet): string {
  const hadoop = Object.entries(hadoopProperties(buckets, version)).map(([key, value]) => [`spark.hadoop.${key}`, value]);
  const properties: Record<string, string> = {
    "spark.history.fs.logDirectory": eventLogUri(bucket),
    "spark.history.ui.port": `${PORT}`,
    "spark.history.store.path": STORE,
    // The store counts what it has written before it deletes older logs.
    "spark.history.store.maxDiskUsage": `${Math.floor(scratch.inMebibytes * STORE_SHARE)}m`,
    ...(keep && { "spark.history.fs.cleaner.enabled": "true", "spark.history.fs.cleaner.maxAge": `${keep.seconds}s` }),
    ...Object.fromEntries(hadoop),
  };
  const trust = trustOption(buckets);
  return [...(trust === undefined ? [] : [trust]), ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`)].join(" ");
}

/** Share of the disk for the store; the rest is for a log while it is read. */
const STORE_SHARE = 0.8;
