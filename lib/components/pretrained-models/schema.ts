/** Props of pre-trained models. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, folderSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { modelFactsSchema } from "#lib/kube/pretrained-model";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

const secretSchema = z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]);

/** A licence as publishers name it: an SPDX identifier in lower case, or their own, such as llama3.2. */
const licenceSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9.+-]{0,62}[a-z0-9+])?$/, {
  error: "a licence as the model's page names it, such as apache-2.0 or llama3.2",
});

const sourceSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A repository of the Hugging Face Hub, or of a mirror that speaks its API. */
    type: z.literal("hugging-face"),
    /** Name of the repository. */
    repository: z.string().regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/, { error: "an owner and a name, such as BAAI/bge-small-en-v1.5" }),
    /** Commit: all 40 characters, because branches and tags move. */
    revision: z.string().regex(/^[0-9a-f]{40}$/, { error: "a full commit hash: 40 of 0-9 and a-f" }),
    /** Token that may read the repository. @default none: the repository is public */
    token: secretSchema.optional(),
    /** Address of a mirror. @default "https://huggingface.co" */
    endpoint: z
      .string()
      .regex(/^https?:\/\/[^\s/@]+$/, { error: "an address without a path, such as https://hub.example.com" })
      .default("https://huggingface.co"),
  }),
  z.strictObject({
    /** A folder of a bucket of the environment. */
    type: z.literal("bucket"),
    /** The bucket. */
    bucket: ref("bucket"),
    /** Folder in the bucket, without slashes at its ends. @default the folder of the bucket */
    path: folderSchema.optional(),
  }),
  z.strictObject({
    /** An artifact of an OCI registry, whose layers are the files. */
    type: z.literal("oci"),
    /** Artifact with registry and digest, such as `ghcr.io/acme/bert@sha256:...`. */
    artifact: z.string().regex(/^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/, {
      error: "a registry, a repository and a digest, such as ghcr.io/acme/bert@sha256:<64 hex>",
    }),
    /** `.dockerconfigjson` with the key of the registry. @default none: the artifact is public */
    registryKey: secretSchema.optional(),
  }),
]);

const placeSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A claim in each namespace whose pods read the model; they mount it read-only. */
    type: z.literal("volume"),
    /** Storage class. @default that of the cluster */
    storageClass: labelNameSchema.optional(),
    /** `ReadWriteMany` where readers run on several nodes at a time; classes of block storage refuse it. @default "ReadWriteOnce" */
    accessMode: z.enum(["ReadWriteMany", "ReadWriteOnce"]).default("ReadWriteOnce"),
    /** Namespaces that have the model before a component of theirs refers to it. @default none */
    namespaces: z.array(labelNameSchema).max(100).default([]),
  }),
  z.strictObject({
    /** A folder of a model storage, once for all namespaces. */
    type: z.literal("bucket"),
    /** The model storage. */
    storage: ref("modelStorage"),
    /** Namespace of the Job that fetches the model. @default "models" */
    namespace: labelNameSchema.default("models"),
  }),
]);

const fileSchema = z.string().regex(/^(?!.*(?:^|\/)\.)[\w.-]+(?:\/[\w.-]+)*$/, {
  error: "a relative path of letters, digits, ., - and _",
});

const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 of 0-9 and a-f" });

/** Props of a pre-trained model. */
export const pretrainedModelSchema = z.strictObject({
  /** Where the model comes from. */
  source: sourceSchema,
  /** Its files and their digests, `sha256:` and what `sha256sum` prints: only these are fetched. Weights are `.safetensors`, `.onnx` or `.gguf`. */
  files: z.record(fileSchema, digestSchema).refine((files) => Object.keys(files).length > 0, { error: "at least one file" }),
  /** Size of all files together. */
  size: sizeSchema,
  /** Licence, as the model's page names it; it must be one of `pretrainedModels.acceptedLicences`. */
  licence: licenceSchema,
  /** Where the environment keeps the model. */
  place: placeSchema,
  /** What its card says of its size. @default unknown: users of the model cannot compute memory */
  facts: modelFactsSchema.optional(),
  /** Time limit of the Job that fetches it. @default 6h */
  deadline: durationSchema.default(Duration.hours(6)),
  /** Node pool of the Job. @default any node without a taint */
  pool: ref("nodePool").optional(),
});

/** Section `pretrainedModels`. */
export const pretrainedModelsSectionSchema = z.strictObject({
  /** Licences that your organisation accepts, as publishers name them. @default none */
  acceptedLicences: z.array(licenceSchema).default([]),
  /** Models by name. */
  models: z.record(labelNameSchema, pretrainedModelSchema),
});

/** Props of a pre-trained model. */
export type PretrainedModelProps = PropsOf<typeof pretrainedModelSchema>;

/** Settings of a pre-trained model: its props with every default filled in. */
export type PretrainedModelSettings = SettingsOf<typeof pretrainedModelSchema>;

/** Where a model comes from. */
export type ModelSource = PretrainedModelSettings["source"];
