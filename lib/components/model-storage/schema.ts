/** Props of model storage. */

import { z } from "zod";
import { folderSchema, labelNameSchema } from "#lib/core/schema";
import { type PropsOf, ref } from "#lib/kube/props";

/** Props of a model storage. */
export const modelStorageSchema = z.strictObject({
  /** Bucket of the models, with its endpoint, credentials and CA. */
  bucket: ref("bucket"),
  /** Folder in the bucket, without slashes at its ends. @default the folder of the bucket */
  path: folderSchema.optional(),
});

/** Section `modelStorage`: storages by name; training, registries and serving refer to them by it. */
export const modelStorageSectionSchema = z.record(labelNameSchema, modelStorageSchema);

/** Props of a model storage. */
export type ModelStorageProps = PropsOf<typeof modelStorageSchema>;
