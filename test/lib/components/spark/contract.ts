/** Spark in the contract suite. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { KueueOperator, Queue } from "#lib/components/kueue/index";
import { NodePool } from "#lib/components/node-pools/index";
import {
  ApacheSparkOperator,
  apacheSparkOperatorSchema,
  SparkApplication,
  type SparkApplicationProps,
  SparkConnect,
  type SparkConnectProps,
  type SparkHistoryProps,
  SparkHistoryServer,
  SparkOperator,
  sparkApplicationSchema,
  sparkConnectSchema,
  sparkHistorySchema,
  sparkOperatorSchema,
  sparkPin,
} from "#lib/components/spark/index";
import { apachePin } from "#lib/components/spark/pin";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { apacheAlertCases, sparkAlertCases } from "./alert-cases";

const operator = contractEntry({
  title: "SparkOperator",
  pin: sparkPin,
  schema: sparkOperatorSchema,
  build: (scope, props) => new SparkOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    resources: { resources: { controller: { limits: { memory: Size.gibibytes(4) } } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: sparkAlertCases,
});

const apacheOperator = contractEntry({
  title: "ApacheSparkOperator",
  pin: apachePin,
  schema: apacheSparkOperatorSchema,
  build: (scope, props) => new ApacheSparkOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(4) } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: apacheAlertCases,
});

/** A queue for a scope that has none; the subject's own takes its place. */
function queueIn(scope: Construct): Queue {
  const pool = new NodePool(scope, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });
  return new Queue(scope, "Queue", { name: "research", quotas: [{ pool }] });
}

const queue = queueIn(new Chart(new App(), "queues"));

const data = bucketWith("data");
const featureStore = featureStoreWith("features");
const withHadoop = { image: "registry.example.com/team/spark:1.0" } as const;
const identity = (role: string) => ({ "eks.amazonaws.com/role-arn": `arn:aws:iam::1:role/${role}` });
const withIdentity = bucketWith("data", { access: { credentials: { type: "identity", annotations: identity("data") } } });

const readOnly = bucketWith("data", { access: { credentials: { type: "public" } } });

/** Props that applications and servers have in common. */
const common = {
  namespace: { namespace: "analytics" },
  version: { version: "3.5.6" },
  image: { image: "registry.example.com/team/spark:1.0" },
  executor: { executor: { instances: 3 } },
  dynamicAllocation: { dynamicAllocation: { max: 5 } },
  conf: { conf: { "spark.sql.shuffle.partitions": "16" } },
  env: { env: { MODE: "fast" } },
  serviceAccountAnnotations: { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/spark" } },
  buckets: { buckets: [data], ...withHadoop },
  eventLogs: { eventLogs: data, ...withHadoop },
  featureStore: { featureStore },
  outsidePorts: { outsidePorts: [443] },
} as const;

/** What both refuse. */
const refused = {
  "spec.wrong-value": { version: "2.4.0" },
  "spark.conf-owned": { conf: { "spark.master": "local" } },
  "spark.executors-out-of-range": { executor: { instances: 9 }, dynamicAllocation: { max: 5 } },
  "spark.no-accelerators": { executor: { accelerators: 1 } },
  "spark.buckets-differ": { ...withHadoop, buckets: [data, bucketWith("other", { location: { endpoint: "http://other.data:8333" } })] },
  "spark.identity-twice": { ...withHadoop, buckets: [withIdentity], serviceAccountAnnotations: identity("other") },
  "spark.variable-of-bucket": { ...withHadoop, buckets: [data], env: { AWS_REGION: "eu-west-1" } },
  "spark.variable-of-feature-store": { featureStore, env: { FEAST_FS_YAML_FILE_PATH: "/opt/app/feature_store.yaml" } },
  "spark.bucket-without-file-system": { buckets: [data] },
  "spark.read-only-event-logs": { ...withHadoop, eventLogs: readOnly },
  "spark.memory-too-small": { executor: { memory: Size.mebibytes(512) } },
} as const;

const application = contractEntry<SparkApplicationProps>({
  title: "SparkApplication",
  pin: sparkPin,
  schema: sparkApplicationSchema,
  build: (scope, props) => {
    new SparkOperator(scope, "Operator");
    if (props.queue) new KueueOperator(scope, "Queues");
    new SparkApplication(scope, "Subject", { ...props, name: "subject", ...(props.queue && { queue: queueIn(scope) }) });
  },
  smallest: { main: { type: "python", file: "local:///opt/app/main.py" } },
  variants: {
    ...common,
    main: { main: { type: "java", file: "local:///opt/app/app.jar", class: "com.example.Main" } },
    arguments: { arguments: ["--date", "today"] },
    driver: { driver: { cpu: 2 } },
    restart: { restart: { type: "never" } },
    schedule: { schedule: { cron: "0 3 * * *" } },
    keep: { keep: Duration.hours(1) },
    queue: { queue },
  },
  refused: {
    ...refused,
    "spark.file-out-of-reach": { main: { type: "python", file: "s3a://bucket/main.py" } },
    "spark.keep-of-schedule": { keep: Duration.hours(1), schedule: { cron: "@daily" } },
    "spark.queue-with-dynamic-allocation": { queue, dynamicAllocation: { max: 5 } },
    "spark.exceeds-quota": { queue, executor: { instances: 100 } },
  },
});

const refusedOfApache = { schedule: { schedule: { cron: "@daily" } }, queue: { queue } };

const apacheApplication = contractEntry<Omit<SparkApplicationProps, "schedule" | "queue">>({
  title: "SparkApplication of Apache's operator",
  pin: sparkPin,
  schema: sparkApplicationSchema.omit({ schedule: true, queue: true }),
  build: (scope, props) => {
    new ApacheSparkOperator(scope, "Operator");
    new SparkApplication(scope, "Subject", { ...props, name: "subject", operator: "apache" });
  },
  smallest: { main: { type: "python", file: "local:///opt/app/main.py" } },
  variants: {
    ...common,
    main: { main: { type: "java", file: "local:///opt/app/app.jar", class: "com.example.Main" } },
    arguments: { arguments: ["--date", "today"] },
    driver: { driver: { cpu: 2 } },
    restart: { restart: { type: "never" } },
    keep: { keep: Duration.hours(1) },
  },
  refused: {
    ...refused,
    "spark.schedule-of-apache-operator": { arguments: [], ...refusedOfApache.schedule },
    "spark.queue-of-apache-operator": { arguments: [], ...refusedOfApache.queue },
  },
});

const connect = contractEntry<SparkConnectProps>({
  title: "SparkConnect",
  pin: sparkPin,
  schema: sparkConnectSchema,
  build: (scope, props) => {
    new SparkOperator(scope, "Operator");
    new SparkConnect(scope, "Subject", { ...props, name: "subject" });
  },
  smallest: {},
  variants: { ...common, version: { version: "4.1.0" }, server: { server: { cpu: 2 } }, clients: { clients: ["notebooks"] } },
  refused: { ...refused, "spark.connect-version": { version: "3.5.6" } },
});

/** An image of a repository that is pinned, as every image of the smallest release. */
const own = { image: "docker.io/apache/spark:4.0.4" } as const;

const history = contractEntry<SparkHistoryProps>({
  title: "SparkHistoryServer",
  pin: sparkPin,
  schema: sparkHistorySchema,
  build: (scope, props) => {
    new SparkHistoryServer(scope, "Subject", { ...props, name: "subject" });
  },
  smallest: { ...own, bucket: data },
  variants: {
    namespace: common.namespace,
    // The version of the AWS SDK in Hadoop, which an identity needs to know.
    version: { version: "3.5.6", bucket: withIdentity },
    image: { image: "registry.example.com/team/spark:1.1" },
    bucket: { bucket: bucketWith("other") },
    clients: { clients: ["notebooks"] },
    keep: { keep: Duration.days(30) },
    replicas: { replicas: 2 },
    cpu: { cpu: 1 },
    memory: { memory: Size.gibibytes(4) },
    scratch: { scratch: Size.gibibytes(20) },
    pool: {
      pool: new NodePool(new Chart(new App(), "pools"), "Pool", {
        name: "cpu",
        type: "static",
        nodes: 2,
        node: { cpu: 16, memory: Size.gibibytes(64) },
      }),
    },
  },
  refused: {
    "spec.wrong-value": { version: "2.4.0" },
    "spark.bucket-without-file-system": { image: undefined },
    "spark.keep-of-read-only-bucket": { bucket: readOnly, keep: Duration.days(30) },
    "spark.memory-too-small": { memory: Size.mebibytes(512) },
  },
});

/** What the contract suite tries. */
export const entries = [operator, apacheOperator, application, apacheApplication, connect, history];
