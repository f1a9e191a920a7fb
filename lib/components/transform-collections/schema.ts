/** Props of collections of transforms. */

import { z } from "zod";
import { collectionLockSchema } from "#lib/beam/collection-lock";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { file } from "#lib/environment/files";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

const placeSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** In the image of the runner's workers, as the `Dockerfile` beside the lock makes it. */
    type: z.literal("image"),
  }),
  z.strictObject({
    /** In a claim of each namespace of its pipelines, which a Job fills once from a package index. */
    type: z.literal("volume"),
    /** Package index with the wheels of the lock, the collection's own one too. @default "https://pypi.org/simple" */
    index: z
      .string()
      .regex(/^https?:\/\/[^\s@]+$/, { error: "an address without a user, such as https://pypi.example.com/simple" })
      .default("https://pypi.org/simple"),
    /** Key of a Secret with a `.netrc` file, by which pip signs in to the index. @default the index asks for no password */
    netrc: secretRefSchema.optional(),
    /** Storage class. @default that of the cluster */
    storageClass: labelNameSchema.optional(),
    /** `ReadWriteMany` where pods on several nodes read it at a time; classes of block storage refuse it. @default "ReadWriteOnce" */
    accessMode: z.enum(["ReadWriteMany", "ReadWriteOnce"]).default("ReadWriteOnce"),
    /** Size of the claim: the installed packages. @default 2Gi */
    size: sizeSchema.default(Size.gibibytes(2)),
    /** Time limit of the Job. @default 30m */
    deadline: durationSchema.default(Duration.minutes(30)),
    /** Node pool of the Job. @default any node without a taint */
    pool: ref("nodePool").optional(),
  }),
]);

/** Props of a collection. */
export const transformCollectionSchema = z.strictObject({
  /** The lock. */
  lock: collectionLockSchema,
  /** Where submitters and workers have its packages. @default in their image */
  place: placeSchema.default({ type: "image" }),
});

/** Section `transformCollections`: collections by name. */
export const transformCollectionsSchema = z.record(
  labelNameSchema,
  transformCollectionSchema.extend({
    /** Path of `collection.lock.json`, relative to the folder of environment files, without `..`. */
    lock: file(),
  }),
);

/** Props of a collection. */
export type TransformCollectionProps = PropsOf<typeof transformCollectionSchema>;

/** Settings of a collection: its props with every default filled in. */
export type TransformCollectionSettings = SettingsOf<typeof transformCollectionSchema>;

/** Where a collection is that is in volumes. */
export type VolumePlace = Extract<TransformCollectionSettings["place"], { type: "volume" }>;
