/** The props of a Beam pipeline as a schema: input from outside is checked against it. */

import { z } from "zod";
import type { BeamPipelineSpec } from "#lib/beam/pipeline-spec";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import { durationSchema, imageSchema, secretRefSchema } from "#lib/core/schema";
import type { BeamPipelineProps, BeamPipelineSettings } from "./props";

const bindingSchema: z.ZodType<PipelineBinding> = z.discriminatedUnion("type", [
  secretRefSchema,
  z.strictObject({ type: z.literal("value"), value: z.json() }),
]);

/** Schema of a pipeline written as data; what Beam makes of it is Beam's to say. */
const specSchema = z.custom<BeamPipelineSpec>((value) => z.looseObject({ pipeline: z.looseObject({}) }).safeParse(value).success, {
  error: "Beam YAML as text, or an object with the key pipeline",
});

/** No option of ours, no second `=`-less word, nothing that argparse would take for another option. */
const optionName = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, { error: "a pipeline option in snake_case, without dashes" });

/** A URI with a scheme and no blanks. */
const uriSchema = z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/, { error: "a URI such as s3://bucket/path" });

/** Schema of {@link BeamPipelineSettings}. */
export const beamPipelineSettingsSchema = z.strictObject({
  bindings: z.record(z.string().min(1), bindingSchema).optional(),
  variables: z.record(z.string().regex(/^[A-Za-z_]\w{0,99}$/, { error: "a Jinja name" }), bindingSchema).optional(),
  options: z.record(optionName, z.union([z.string(), z.number(), z.literal(true)])).optional(),
  parallelism: z.int().min(1).max(32_768).optional(),
  image: imageSchema.optional(),
  outcome: z.enum(["finished", "running"]).optional(),
  upgrade: z.enum(["stateless", "savepoint"]).optional(),
  savepoint: uriSchema.optional(),
  allowNonRestoredState: z.boolean().optional(),
  artifacts: uriSchema.optional(),
  serviceAccountAnnotations: z.record(z.string().min(1), z.string()).optional(),
  restarts: z.int().min(0).max(1000).optional(),
  tries: z.int().min(1).max(10).optional(),
  timeout: durationSchema.optional(),
}) satisfies z.ZodType<BeamPipelineSettings>;

/** Schema of {@link BeamPipelineProps}. */
export const beamPipelineSchema: z.ZodType<BeamPipelineProps> = beamPipelineSettingsSchema.extend({
  definition: z.union([z.string(), specSchema]),
});
