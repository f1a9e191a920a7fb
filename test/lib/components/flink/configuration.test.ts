/** What props of a session cluster mean in Flink's own keys. */

import fc from "fast-check";
import type { FlinkClusterProps } from "#lib/components/flink/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { configurationOf, problemsOf } from "./cluster";

const bucket = { type: "s3", uri: "s3://bucket/flink/" } as const;

test("bounds restarts when nothing is said, so that a failing pipeline ends", () => {
  expect(configurationOf()).toMatchObject({
    "restart-strategy.type": "exponential-delay",
    "restart-strategy.exponential-delay.attempts-before-reset-backoff": "5",
    "restart-strategy.exponential-delay.reset-backoff-threshold": "3600 s",
  });
});

test.each<[NonNullable<FlinkClusterProps["restart"]>, Record<string, string>]>([
  [{ type: "none" }, { "restart-strategy.type": "none" }],
  [
    { type: "fixed-delay", attempts: 3, delay: Duration.seconds(10) },
    {
      "restart-strategy.type": "fixed-delay",
      "restart-strategy.fixed-delay.attempts": "3",
      "restart-strategy.fixed-delay.delay": "10 s",
    },
  ],
  [
    { type: "failure-rate", maxFailures: 3, interval: Duration.minutes(5), delay: Duration.seconds(1) },
    {
      "restart-strategy.type": "failure-rate",
      "restart-strategy.failure-rate.max-failures-per-interval": "3",
      "restart-strategy.failure-rate.failure-rate-interval": "300 s",
      "restart-strategy.failure-rate.delay": "1 s",
    },
  ],
])("writes the restart strategy $type with its own keys only", (restart, wanted) => {
  const keys = Object.entries(configurationOf({ restart })).filter(([key]) => key.startsWith("restart-strategy"));

  expect(Object.fromEntries(keys)).toEqual(wanted);
});

test("keeps leader, checkpoints and savepoints of each cluster in a folder of its own", () => {
  expect(configurationOf({ storage: bucket, highAvailability: true, checkpoints: {} })).toMatchObject({
    "high-availability.type": "kubernetes",
    "high-availability.storageDir": "s3://bucket/flink/main/ha",
    "state.checkpoints.dir": "s3://bucket/flink/main/checkpoints",
    "state.savepoints.dir": "s3://bucket/flink/main/savepoints",
    "execution.checkpointing.interval": "60 s",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
  });
});

test("puts savepoints where they are said to go, and checkpoints elsewhere", () => {
  const savepoints = { storage: { type: "claim", claimName: "savepoints" } } as const;

  expect(configurationOf({ storage: bucket, savepoints })).toMatchObject({
    "state.checkpoints.dir": "s3://bucket/flink/main/checkpoints",
    "state.savepoints.dir": "file:///opt/flink/state/main/savepoints",
  });
});

test("makes no checkpoints on its own where nothing asks for them", () => {
  expect(Object.keys(configurationOf({ storage: bucket })).filter((key) => key.startsWith("execution.checkpointing"))).toEqual([]);
});

test("reaches a store that is not AWS by address and path", () => {
  expect(configurationOf({ storage: { ...bucket, endpoint: "http://store:8333" } })).toMatchObject({
    "s3.endpoint": "http://store:8333",
    "s3.path.style.access": "true",
  });
});

test("reads the key of an Azure account from the environment, never from the configuration", () => {
  const storage = {
    type: "azure",
    uri: "abfss://box@account.dfs.core.windows.net/flink",
    accountKey: { type: "secret-ref", name: "azure", key: "key" },
  } as const;

  expect(configurationOf({ storage })).toMatchObject({
    "fs.azure.account.keyprovider.account.dfs.core.windows.net": "org.apache.flink.fs.azurefs.EnvironmentVariableKeyProvider",
  });
});

test("takes the web identity of EKS where the account has a role, and only there", () => {
  const key = "fs.s3a.aws.credentials.provider";
  const serviceAccountAnnotations = { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/flink" };

  expect(configurationOf({ storage: bucket, serviceAccountAnnotations })[key]).toBe(
    "com.amazonaws.auth.WebIdentityTokenCredentialsProvider",
  );
  expect(configurationOf({ storage: bucket })[key]).toBeUndefined();
});

test("the least and the most slots follow from pods and slots a pod", () => {
  const counts = fc.record({ replicas: fc.nat(50), more: fc.nat(50), slots: fc.integer({ min: 1, max: 16 }) });
  fc.assert(
    fc.property(counts, ({ replicas, more, slots }) => {
      const maxReplicas = Math.max(1, replicas + more);
      const configuration = configurationOf({ taskManager: { replicas, maxReplicas, slots } });

      expect(Number(configuration["slotmanager.number-of-slots.min"])).toBe(replicas * slots);
      expect(Number(configuration["slotmanager.number-of-slots.max"])).toBe(maxReplicas * slots);
    }),
    { numRuns: 30 },
  );
});

test("every value of the configuration is a text, as the operator wants it", () => {
  const all = configurationOf({ storage: bucket, highAvailability: true, checkpoints: {}, taskManager: { slots: 3 } });

  expect(Object.values(all).filter((value) => typeof value !== "string")).toEqual([]);
});

test.each([
  ["scheduler-mode", "flink.configuration-without-effect"],
  ["job.autoscaler.enabled", "flink.configuration-without-effect"],
  ["kubernetes.operator.job.autoscaler.enabled", "flink.configuration-without-effect"],
  ["kubernetes.operator.periodic.savepoint.interval", "flink.configuration-without-effect"],
  ["kubernetes.cluster-id", "flink.configuration-key-forbidden"],
  ["rest.port", "flink.configuration-key-forbidden"],
  ["metrics.reporters", "flink.configuration-key-forbidden"],
  ["kubernetes.jobmanager.cpu", "flink.configuration-key-owned"],
  ["execution.checkpointing.num-retained", "flink.configuration-key-owned"],
  ["restart-strategy.type", "flink.configuration-key-owned"],
  ["execution.checkpointing.dir", "flink.configuration-key-owned"],
])("refuses the key %s given by hand", (key, id) => {
  expect(problemsOf({ flinkConfiguration: { [key]: "x" } }).map((problem) => problem.id)).toEqual([id]);
});

const ACCOUNT = { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/flink" } };

test.each<readonly [string, Parameters<typeof configurationOf>[0]]>([
  ["in memory", {}],
  ["on S3", { storage: bucket, highAvailability: true, checkpoints: {} }],
  ["on S3 with an identity of EKS", { storage: bucket, ...ACCOUNT }],
  ["on a store that speaks S3", { storage: { ...bucket, endpoint: "https://minio.example.com" } }],
  ["on Azure", { storage: { type: "azure", uri: "abfss://c@a.dfs.core.windows.net/flink", accountKey: secretRef("azure", "key") } }],
])("refuses every key that the props of a cluster %s write: it would change nothing", (_where, props) => {
  const written = Object.keys(configurationOf(props));

  expect(written.filter((key) => problemsOf({ ...props, flinkConfiguration: { [key]: "x" } }).length !== 1)).toEqual([]);
});
