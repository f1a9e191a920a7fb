/** What runs in pods before Spark does: a store of trusted certificates, and the folder of event logs. */

import type { IDependable } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketHadoop, bucketUri } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import type { CommonSettings } from "./schema";

/** Where programs of Apache's images are. Source: Spark 4.0, resource-managers/kubernetes/docker, Dockerfile. */
export const SPARK_CLASS = "/opt/spark/bin/spark-class";

/** Folder that all containers of a pod share. */
export const SHARED_FOLDER = "/tmp";

const TRUST_STORE = `${SHARED_FOLDER}/beamstack-trust.jks`;

/** Folder of a bucket, for the logs of all applications. */
const EVENT_LOGS = "spark-events";

/** CPU and memory of each step: a JVM that needs one to three seconds of a core. */
export const STEP = {
  requests: { cpu: 0.1, memory: Size.mebibytes(512) },
  limits: { cpu: 1, memory: Size.mebibytes(512) },
} as const;

/** An init container. */
export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | SecretRef>>;
  /** Does it read the CA of the buckets? */
  readonly readsCa: boolean;
}

/** Every bucket of an application or server, each once. */
export function bucketsOf({ buckets, eventLogs }: Pick<CommonSettings, "buckets" | "eventLogs">): IBucket[] {
  return [...new Set([...buckets, ...(eventLogs ? [eventLogs] : [])])];
}

/** Properties of the buckets' file systems, without the prefix `spark.hadoop.`. */
export function hadoopProperties({ entered }: BucketSet, version: string): Record<string, string> {
  // Spark 3 comes with Hadoop 3.3, Spark 4 with 3.4. Source: Spark 3.4 to 4.0, pom.xml, hadoop.version.
  const awsSdk = version.startsWith("3.") ? 1 : 2;
  return Object.assign({}, ...entered.map(({ bucket, access }) => bucketHadoop(bucket.location, access, { awsSdk }))) as Record<
    string,
    string
  >;
}

/** URI of the event logs in a bucket. */
export function eventLogUri(bucket: IBucket): string {
  return bucketUriOfHadoop(bucket, EVENT_LOGS);
}

/** Hadoop's name of the S3 API is s3a. */
function bucketUriOfHadoop({ location }: IBucket, folder: string): string {
  return bucketUri(location, folder).replace(/^s3:/, "s3a:");
}

/** Option of a JVM that trusts the CA of the buckets; none where it does anyway. */
export function trustOption({ trust }: BucketSet): string | undefined {
  return trust && `-Djavax.net.ssl.trustStore=${TRUST_STORE}`;
}

/** Steps of pods that use buckets, in their order; `eventLogs` is a bucket whose folder of event logs must be there. */
export function steps(buckets: BucketSet, version: string, eventLogs?: IBucket): Step[] {
  const { trust, environment } = buckets;
  return [
    ...(trust ? [trustStep(trust.file)] : []),
    ...(eventLogs
      ? [folderStep(eventLogUri(eventLogs), hadoopProperties(buckets, version), { ...environment, ...javaOptions(buckets) })]
      : []),
  ];
}

/**
 * A JVM reads no PEM: the authorities that Java trusts and those of the CA, in a store that needs no password. `keytool` takes one certificate of a file.
 */
const MAKE_TRUST_STORE = `
set -eu
home="\${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}"
part="$STORE.part"
rm -f "$STORE" "$part"
trust() { said="$("$home/bin/keytool" "$@" -noprompt 2>&1)" || { echo "$said" >&2; exit 1; }; }
trust -importkeystore -srckeystore "$home/lib/security/cacerts" -srcstorepass changeit -destkeystore "$STORE" -deststoretype JKS -deststorepass changeit
count=0
while IFS= read -r line || [ -n "$line" ]; do
  printf '%s\\n' "$line" >> "$part"
  case "$line" in
    *"END CERTIFICATE"*)
      count=$((count + 1))
      trust -importcert -keystore "$STORE" -storepass changeit -alias "beamstack-$count" -file "$part"
      rm -f "$part" ;;
  esac
done < "$CA"
[ "$count" -gt 0 ] || { echo "the CA of the bucket holds no certificate" >&2; exit 1; }
`.trimStart();

function trustStep(ca: string): Step {
  return { name: "trust-store", command: ["sh", "-c"], args: [MAKE_TRUST_STORE], env: { CA: ca, STORE: TRUST_STORE }, readsCa: true };
}

/** Hadoop's command line wants a configuration file, which Spark's images do not have; its properties are arguments. */
const MAKE_FOLDER = `
set -eu
mkdir -p "$HADOOP_CONF_DIR"
echo '<configuration/>' > "$HADOOP_CONF_DIR/core-site.xml"
exec ${SPARK_CLASS} org.apache.hadoop.fs.FsShell "$@"
`.trimStart();

/** Neither applications nor the history server start without the folder. Sources: Spark 4.0, EventLogFileWriters.scala and FsHistoryProvider.scala. */
function folderStep(uri: string, properties: Readonly<Record<string, string>>, env: Step["env"]): Step {
  const options = Object.entries(properties).flatMap(([key, value]) => ["-D", `${key}=${value}`]);
  return {
    name: "event-logs",
    command: ["sh", "-c", MAKE_FOLDER, "event-logs"],
    args: [...options, "-mkdir", "-p", uri],
    // The second is the heap of what spark-class starts.
    env: { ...env, HADOOP_CONF_DIR: `${SHARED_FOLDER}/beamstack-hadoop`, SPARK_DRIVER_MEMORY: "256m" },
    readsCa: false,
  };
}

/** Read by `java` itself, from version 9 on. */
function javaOptions(buckets: BucketSet): Record<string, string> {
  const option = trustOption(buckets);
  return option === undefined ? {} : { JDK_JAVA_OPTIONS: option };
}

/** What an application or server knows of its event logs. */
export function eventLogConf({ eventLogs }: Pick<CommonSettings, "eventLogs">): Record<string, string> {
  if (!eventLogs) return {};
  return {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": eventLogUri(eventLogs),
    // An object is visible once it is closed: parts of a log, while the application runs. The default from Spark 4.0 on.
    "spark.eventLog.rolling.enabled": "true",
  };
}

/** Options for administrators, which users' extraJavaOptions follow. Source: Spark 4.0 documentation, "Configuration", Runtime Environment. */
export function trustConf(buckets: BucketSet): Record<string, string> {
  const option = trustOption(buckets);
  return option === undefined ? {} : { "spark.driver.defaultJavaOptions": option, "spark.executor.defaultJavaOptions": option };
}

/** What must be there before pods that read features. */
export function featureDependencies({ featureStore, namespace }: Pick<CommonSettings, "featureStore" | "namespace">): IDependable[] {
  return featureStore ? [featureStore, featureStore.enter(namespace).dependency] : [];
}

/** The buckets of an application or server, opened to its namespace. */
export function bucketSetOf(settings: Pick<CommonSettings, "buckets" | "eventLogs" | "namespace">): BucketSet {
  return bucketSet(bucketsOf(settings), settings.namespace);
}
