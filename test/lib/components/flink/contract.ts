/** Flink in the contract suite. */

import { Construct } from "constructs";
import {
  type FlinkAlertProps,
  FlinkApplication,
  type FlinkApplicationProps,
  FlinkCluster,
  type FlinkClusterProps,
  FlinkObservability,
  FlinkOperator,
  flinkAlertSchema,
  flinkApplicationSchema,
  flinkClusterSchema,
  flinkOperatorSchema,
  flinkPin,
} from "#lib/components/flink/index";
import { AlertRules, Prometheus } from "#lib/components/prometheus/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { pretrainedModelWith } from "../../../fixtures/pretrained-model";
import { flinkAlertCases } from "./alert-cases";

const flinkOperator = contractEntry({
  title: "FlinkOperator",
  pin: flinkPin,
  schema: flinkOperatorSchema,
  build: (scope, props) => new FlinkOperator(scope, "Subject", { ...props, certificateIssuer: new Construct(scope, "Issuer") }),
  smallest: {},
  variants: {
    resources: { resources: { operator: { limits: { memory: Size.gibibytes(4) } } } },
    existing: { existing: true },
    replicas: { replicas: 2 },
    watchNamespaces: { watchNamespaces: ["flink"] },
    webhook: { webhook: false },
    imageDigest: { imageDigest: `sha256:${"0".repeat(64)}` },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
});

const bucket = { type: "s3", uri: "s3://bucket/flink" } as const;
const identified = bucketWith("data", {
  location: { endpoint: undefined },
  access: { credentials: { type: "identity", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/data" } } },
});

const flinkCluster = contractEntry<FlinkClusterProps>({
  title: "FlinkCluster",
  pin: flinkPin,
  schema: flinkClusterSchema,
  build: (scope, props) => {
    new FlinkOperator(scope, "Operator");
    return new FlinkCluster(scope, "Subject", { ...props, name: "subject" });
  },
  smallest: {},
  variants: {
    namespace: { namespace: "streams" },
    versions: { versions: { beamSdk: "2.76.0", flinkVersion: "1.20", python: "3.12" } },
    image: { image: "registry.example.com/library/flink:2.2.1" },
    jobManager: { jobManager: { cpu: 2 } },
    taskManager: { taskManager: { slots: 2 } },
    worker: { worker: { memoryPerSlot: Size.gibibytes(2) } },
    storage: { storage: bucket },
    highAvailability: { highAvailability: true, storage: bucket },
    checkpoints: { checkpoints: { retained: 1 }, storage: bucket },
    savepoints: { savepoints: { storage: bucket } },
    restart: { restart: { type: "none" } },
    logging: { logging: { level: "DEBUG" } },
    serviceAccountAnnotations: { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/flink" } },
    flinkConfiguration: { flinkConfiguration: { "taskmanager.memory.managed.fraction": "0.2" } },
  },
  refused: {
    "flink.mount-hides-folder": { worker: { mounts: { "/opt": { type: "secret", name: "ca" } } } },
    "spec.wrong-value": { jobManager: { replicas: 0 } },
    "beam.illegal-pair": { versions: { beamSdk: "2.77.0", flinkVersion: "1.18" as "1.19", python: "3.11" } },
    "flink.standby-without-ha": { jobManager: { replicas: 2 } },
    "flink.ha-without-storage": { highAvailability: true },
    "flink.savepoint-without-storage": { savepoints: {} },
    "flink.checkpoint-without-storage": { checkpoints: {} },
    "flink.storages-differ": {
      storage: bucket,
      savepoints: {
        storage: { ...bucket, credentials: { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") } },
      },
    },
    "flink.memory-too-small": { taskManager: { memory: Size.mebibytes(512) } },
    "flink.max-replicas-below-replicas": { taskManager: { replicas: 3, maxReplicas: 2, idleTimeout: Duration.minutes(1) } },
    "flink.gpu-without-pool": { worker: { gpus: 1 } },
    "flink.worker-buckets-differ": {
      worker: { buckets: [bucketWith("data"), bucketWith("other", { location: { endpoint: "http://other.data:8333" } })] },
    },
    "flink.worker-identity-twice": {
      serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/flink" },
      worker: { buckets: [identified] },
    },
    "flink.variable-of-bucket": { worker: { buckets: [bucketWith("data")], env: { AWS_REGION: "eu-west-1" } } },
    "flink.worker-bucket-ca": {
      storage: { type: "bucket", bucket: bucketWith("state", { access: { ca: secretRef("state-ca", "ca.crt") } }) },
      worker: { buckets: [bucketWith("data", { access: { ca: secretRef("data-ca", "ca.crt") } })] },
    },
    "flink.model-on-one-node": { worker: { models: [pretrainedModelWith("bert")] }, taskManager: { maxReplicas: 2 } },
    "flink.configuration-key-owned": { flinkConfiguration: { "taskmanager.numberOfTaskSlots": "2" } },
    "flink.configuration-key-forbidden": { flinkConfiguration: { "kubernetes.cluster-id": "other" } },
    "flink.configuration-without-effect": { flinkConfiguration: { "job.autoscaler.enabled": "true" } },
  },
});

const application = { jar: "local:///opt/flink/usrlib/clicks.jar" } as const;
const snapshots = (once: NonNullable<FlinkApplicationProps["snapshots"]>["once"]): FlinkApplicationProps => ({
  ...application,
  snapshots: { once },
});

const flinkApplication = contractEntry<FlinkApplicationProps>({
  title: "FlinkApplication",
  pin: flinkPin,
  schema: flinkApplicationSchema,
  build: (scope, props) => {
    new FlinkOperator(scope, "Operator");
    return new FlinkApplication(scope, "Subject", { ...props, name: "subject" });
  },
  smallest: application,
  variants: {
    namespace: { namespace: "streams" },
    flinkVersion: { flinkVersion: "1.20" },
    image: { image: "registry.example.com/team/clicks:1.0" },
    jar: { jar: "https://example.com/clicks.jar" },
    entryClass: { entryClass: "com.example.Clicks" },
    args: { args: ["--topic", "clicks"] },
    parallelism: { parallelism: 3 },
    upgrade: { upgrade: "last-state", storage: bucket },
    savepoint: { savepoint: "s3://bucket/savepoint-1" },
    allowNonRestoredState: { savepoint: "s3://bucket/savepoint-1", allowNonRestoredState: true },
    jobManager: { jobManager: { cpu: 2 } },
    taskManager: { taskManager: { slots: 2 } },
    env: { env: { TOPIC: "clicks" } },
    secretEnv: { secretEnv: { TOKEN: secretRef("clicks", "token") } },
    mounts: { mounts: { "/etc/ca": { type: "secret", name: "ca" } } },
    storage: { storage: bucket },
    highAvailability: { highAvailability: true, storage: bucket, jobManager: { replicas: 2 } },
    checkpoints: { checkpoints: {}, storage: bucket },
    savepoints: { savepoints: { storage: bucket } },
    restart: { restart: { type: "none" } },
    logging: { logging: { level: "DEBUG" } },
    serviceAccountAnnotations: { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/flink" } },
    flinkConfiguration: { flinkConfiguration: { "job.autoscaler.enabled": "true" } },
    snapshots: { storage: bucket, snapshots: { every: Duration.hours(6), once: { first: {}, second: { type: "checkpoint" } } } },
    rollout: { rollout: { type: "blue-green" } },
  },
  refused: {
    "spec.wrong-value": { jar: "http://example.com/clicks.jar" },
    "flink.unknown-version": { ...application, flinkVersion: "1.18" as "1.19" },
    "flink.jar-without-storage": { jar: "s3://bucket/clicks.jar" },
    "flink.upgrade-without-storage": { ...application, upgrade: "savepoint" },
    "flink.nothing-to-restore": { ...application, allowNonRestoredState: true },
    "flink.snapshot-without-storage": snapshots({ first: {} }),
    "flink.snapshot-of-blue-green": { ...snapshots({ first: {} }), storage: bucket, rollout: { type: "blue-green" } },
    "flink.variable-of-platform": { ...application, env: { JAVA_TOOL_OPTIONS: "-Xmx1g" } },
    "flink.variable-twice": { ...application, env: { TOKEN: "any" }, secretEnv: { TOKEN: secretRef("clicks", "token") } },
    "flink.mount-hides-folder": { ...application, mounts: { "/opt/flink": { type: "secret", name: "ca" } } },
    "flink.configuration-key-owned": { ...application, flinkConfiguration: { "parallelism.default": "2" } },
  },
});

/** Alerts are part of the output once monitoring reads them. */
const flinkObservability = contractEntry<FlinkAlertProps>({
  title: "FlinkObservability",
  pin: flinkPin,
  schema: flinkAlertSchema,
  build: (scope, props) => {
    const prometheus = new Prometheus(scope, "Prometheus");
    const { monitoring } = new FlinkObservability(scope, "Subject", props);
    for (const group of monitoring.alerts ?? []) new AlertRules(scope, group.name, { prometheus, group });
  },
  smallest: {},
  variants: {
    restarts: { restarts: 5 },
    failedCheckpoints: { failedCheckpoints: 5 },
    backPressure: { backPressure: 0.9 },
    heap: { heap: 0.8 },
  },
  refused: { "spec.wrong-value": { heap: 2 } },
  alerts: flinkAlertCases,
});

/** What the contract suite tries. */
export const entries = [flinkOperator, flinkCluster, flinkApplication, flinkObservability];
