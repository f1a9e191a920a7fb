/** Props of inference graphs. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

const targetSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("service"),
    /** Name of a service of `kserve.services`. */
    service: z.string(),
    /** Name by which its server knows the model, where that is not the name of the service: of Triton, TorchServe and your own servers. @default the name of the service */
    model: z
      .string()
      .regex(/^[\w.-]+$/, { error: "a name of letters, digits, ., - and _" })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("node"),
    /** Name of a node of the graph. */
    node: z.string(),
  }),
]);

const conditionSchema = z.string().min(1);

/** `hard` ends with the answer of a step that fails; `soft` goes on with it. */
const dependencySchema = z.enum(["hard", "soft"]).default("hard");

const nodeSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** One step after the other. */
    type: z.literal("sequence"),
    /** The steps. */
    steps: z
      .array(
        z.strictObject({
          /** What answers the step. */
          to: targetSchema,
          /** What it gets: the request of the node, or the answer of the step before. @default the request in the first step, else the answer */
          data: z.enum(["request", "response"]).optional(),
          /** Turns `predictions` of an answer into `instances` of the next request: between services of protocol v1. @default false */
          mapPredictionsToInstances: z.boolean().default(false),
          /** Path of GJSON that the answer of the step before must have; else that answer is the last one. @default none */
          condition: conditionSchema.optional(),
          /** Must the step succeed? @default "hard" */
          dependency: dependencySchema,
        }),
      )
      .min(1),
  }),
  z.strictObject({
    /** The first step whose condition the request meets. */
    type: z.literal("switch"),
    /** The steps. */
    steps: z
      .array(
        z.strictObject({
          /** What answers the step. */
          to: targetSchema,
          /** Path of GJSON that the request must have, such as `instances.#(country=="DE")`. */
          condition: conditionSchema,
        }),
      )
      .min(1),
  }),
  z.strictObject({
    /** One of the steps by chance, for trials of models side by side. */
    type: z.literal("splitter"),
    /** The steps. */
    steps: z
      .array(
        z.strictObject({
          /** What answers the step. */
          to: targetSchema,
          /** Share of the requests, in percent. */
          weight: z.int().min(1).max(99),
        }),
      )
      .min(2),
  }),
  z.strictObject({
    /** All steps at the same time; the answer has the answer of each by its name. */
    type: z.literal("ensemble"),
    /** The steps by name. */
    steps: z
      .record(
        labelNameSchema,
        z.strictObject({
          /** What answers the step. */
          to: targetSchema,
          /** Must the step succeed? @default "hard" */
          dependency: dependencySchema,
        }),
      )
      .refine((steps) => Object.keys(steps).length > 1, { error: "at least two steps" }),
  }),
]);

/** Props of an inference graph. */
export const graphSchema = z.strictObject({
  /** Namespace of its router: KServe gives that no seccomp profile, so the namespace has Pod Security level "baseline". @default "graphs" */
  namespace: labelNameSchema.default("graphs"),
  /** Nodes by name; requests begin at `root`. */
  nodes: z.record(labelNameSchema, nodeSchema),
  /** Namespaces whose pods may call it. @default none: it is closed */
  callers: z.array(labelNameSchema).default([]),
  /** Time limit of a request. @default 1m */
  timeout: durationSchema.default(Duration.minutes(1)),
  /** Pods of the router. @default 1 */
  replicas: z.int().min(1).max(100).default(1),
  /** CPU cores of a pod. @default 0.1 */
  cpu: z.number().min(0.01).max(64).default(0.1),
  /** Memory of a pod. @default 256Mi */
  memory: sizeSchema.default(Size.mebibytes(256)),
  /** Node pool. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Props of an inference graph. */
export type GraphProps = PropsOf<typeof graphSchema>;

/** Settings of an inference graph. */
export type GraphSettings = SettingsOf<typeof graphSchema>;

/** Settings of a node. */
export type NodeSettings = GraphSettings["nodes"][string];

/** Settings of what answers a step. */
export type TargetSettings = SettingsOf<typeof targetSchema>;
