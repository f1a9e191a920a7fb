/** Where a model comes from. */

import { z } from "zod";
import { secretRefSchema } from "#lib/core/schema";
import { ref } from "#lib/kube/props";

/** A folder of a storage, without slashes at its ends. */
export const pathSchema = z.string().regex(/^[^/\s]+(\/[^/\s]+)*$/, { error: "a path without slashes at its ends" });

/** A model by reference. */
export const modelSchema = z.discriminatedUnion("type", [
  /** A model of `pretrainedModels`, fetched and verified once. */
  z.strictObject({
    type: z.literal("pretrained"),
    /** Name of the model. */
    model: ref("pretrainedModel"),
  }),
  z.strictObject({
    type: z.literal("storage"),
    /** Model storage that holds it. */
    storage: ref("modelStorage"),
    /** Folder of the storage. */
    path: pathSchema,
  }),
  z.strictObject({
    type: z.literal("registry"),
    /** Registry that knows it. */
    registry: ref("modelRegistry"),
    /** Name in the registry. */
    name: z.string().regex(/^[^/\s]+$/, { error: "a name without slashes and spaces" }),
    /** Version in the registry: a model that serves never changes by itself. */
    version: z.string().regex(/^[^/\s]+$/, { error: "a version, such as 3" }),
    /** Storage with its files, where clients of the registry fetch them from there. @default the registry passes them on, as MLflow does */
    storage: ref("modelStorage").optional(),
    /** User of a registry with a login. @default none */
    user: z
      .strictObject({
        /** Name. */
        username: secretRefSchema,
        /** Password. */
        password: secretRefSchema,
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("hub"),
    /** Model on Hugging Face, such as `Qwen/Qwen2.5-0.5B-Instruct`. */
    id: z.string().regex(/^[\w.-]+\/[\w.-]+$/, { error: "an organization and a model, such as Qwen/Qwen2.5-0.5B-Instruct" }),
    /** Commit of the repository: 40 hexadecimal digits. */
    revision: z.string().regex(/^[0-9a-f]{40}$/, { error: "a commit of 40 hexadecimal digits" }),
    /** Token for models that need one. @default none */
    token: secretRefSchema.optional(),
  }),
]);
