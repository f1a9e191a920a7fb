/** The props of Flink as schemas: input from outside is checked against them. */

import { z } from "zod";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import type { BeamSdkVersion, FlinkLine, PythonVersion } from "#lib/kube/beam-runner";
import type { LogLevel } from "./logging";
import type { FlinkAlertThresholds, FlinkClusterSettings, FlinkOperatorProps } from "./props";
import type { DurableStorage } from "./storage";

/** Any text: which versions go together is for the matrix to say, in one problem that names the legal ones. */
function versionText<Version extends string>() {
  return z.custom<Version>((value) => typeof value === "string", { error: "a version, such as 2.2" });
}

const versionsSchema = z.strictObject({
  beamSdk: versionText<BeamSdkVersion>(),
  flinkVersion: versionText<FlinkLine>(),
  python: versionText<PythonVersion>(),
});

function uri<Scheme extends string>(scheme: Scheme) {
  const form = new RegExp(`^${scheme}://[^\\s/]+(/[^\\s]*)?$`);
  return z.custom<`${Scheme}://${string}`>((value) => typeof value === "string" && form.test(value), {
    error: `${scheme}:// with a bucket and an optional prefix`,
  });
}

const storageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("s3"),
    uri: uri("s3"),
    endpoint: z
      .string()
      .regex(/^https?:\/\/\S+$/, { error: "an address that starts with http:// or https://" })
      .optional(),
    credentials: z.strictObject({ accessKeyId: secretRefSchema, secretAccessKey: secretRefSchema }).optional(),
  }),
  z.strictObject({ type: z.literal("gcs"), uri: uri("gs") }),
  z.strictObject({ type: z.literal("azure"), uri: uri("abfss"), accountKey: secretRefSchema }),
  z.strictObject({ type: z.literal("claim"), claimName: labelNameSchema }),
]) satisfies z.ZodType<DurableStorage>;

const restartSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({ type: z.literal("fixed-delay"), attempts: z.int().min(1), delay: durationSchema }),
  z.strictObject({ type: z.literal("failure-rate"), maxFailures: z.int().min(1), interval: durationSchema, delay: durationSchema }),
  z.strictObject({ type: z.literal("exponential-delay"), attempts: z.int().min(1), maxDelay: durationSchema, resetAfter: durationSchema }),
]);

const levelSchema = z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]) satisfies z.ZodType<LogLevel>;
const loggerSchema = z.string().regex(/^[\w$.-]+$/, { error: "the name of a logger, such as org.apache.flink" });
const variableSchema = z.string().regex(/^[A-Za-z_]\w*$/, { error: "a variable name of letters, digits and _" });
/** Flink reads 0.1 core as the least it can give a thread. */
const coresSchema = z.number().min(0.1).max(512);

const workerSchema = z.strictObject({
  image: imageSchema.optional(),
  cpuPerSlot: coresSchema.optional(),
  memoryPerSlot: sizeSchema.optional(),
  scratch: sizeSchema.optional(),
  gpus: z.int().min(0).max(16).optional(),
  env: z.record(variableSchema, z.string()).optional(),
  secretEnv: z.record(variableSchema, secretRefSchema).optional(),
  filesClaim: labelNameSchema.optional(),
});

/** Schema of a cluster whose node pools are named as `pool` says. */
export function flinkClusterSchema<Pool>(pool: z.ZodType<Pool>) {
  return z.strictObject({
    namespace: labelNameSchema.optional(),
    versions: versionsSchema.optional(),
    image: imageSchema.optional(),
    jobManager: z
      .strictObject({
        replicas: z.int().min(1).max(10).optional(),
        cpu: coresSchema.optional(),
        memory: sizeSchema.optional(),
        pool: pool.optional(),
      })
      .optional(),
    taskManager: z
      .strictObject({
        replicas: z.int().min(0).max(10_000).optional(),
        maxReplicas: z.int().min(1).max(10_000).optional(),
        idleTimeout: durationSchema.optional(),
        slots: z.int().min(1).max(256).optional(),
        cpu: coresSchema.optional(),
        memory: sizeSchema.optional(),
        scratch: sizeSchema.optional(),
        pool: pool.optional(),
      })
      .optional(),
    worker: workerSchema.optional(),
    storage: storageSchema.optional(),
    highAvailability: z.boolean().optional(),
    checkpoints: z
      .strictObject({
        interval: durationSchema.optional(),
        timeout: durationSchema.optional(),
        retained: z.int().min(1).max(1000).optional(),
      })
      .optional(),
    savepoints: z.strictObject({ storage: storageSchema.optional() }).optional(),
    restart: restartSchema.optional(),
    logging: z.strictObject({ level: levelSchema.optional(), loggers: z.record(loggerSchema, levelSchema).optional() }).optional(),
    serviceAccountAnnotations: z.record(z.string().min(1), z.string()).optional(),
    flinkConfiguration: z.record(z.string().min(1), z.string()).optional(),
  }) satisfies z.ZodType<FlinkClusterSettings<Pool>>;
}

/** Schema of {@link FlinkOperatorProps}. */
export const flinkOperatorSchema = z.strictObject({
  replicas: z.int().min(1).max(5).optional(),
  watchNamespaces: z.array(labelNameSchema).min(1).optional(),
  webhook: z.boolean().optional(),
  imageDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hexadecimal digits" })
    .optional(),
}) satisfies z.ZodType<FlinkOperatorProps>;

const shareSchema = z.number().gt(0).lt(1);

/** Schema of {@link FlinkAlertThresholds}. */
export const flinkAlertSchema = z.strictObject({
  restarts: z.int().min(1).optional(),
  failedCheckpoints: z.int().min(1).optional(),
  backPressure: shareSchema.optional(),
  heap: shareSchema.optional(),
}) satisfies z.ZodType<FlinkAlertThresholds>;
