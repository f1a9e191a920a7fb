/** Section `buckets` of the environment file. */

import type { Construct } from "constructs";
import { section } from "#lib/environment/section";
import type { IBucket } from "#lib/kube/bucket";
import type { SettingsOf } from "#lib/kube/props";
import { UNUSED } from "./checks";
import { ExternalBucket } from "./object-storage";
import { objectStoragePin } from "./pin";
import { bucketsSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Buckets by name, in a cloud, in a store with the S3 API, or in the cluster; engines refer to them by it. @default none */
    buckets: typeof bucketsSchema;
  }
  interface DeclaredAt {
    buckets: "bucket";
  }
}

/** Buckets. */
export const objectStorage = section({
  key: "buckets",
  stage: "data-preparation",
  pin: objectStoragePin,
  schema: bucketsSchema,
  declares: { bucket: "" },
  build(buckets, site) {
    for (const [name, settings] of Object.entries(buckets)) site.give("bucket", name, bucketOf(site.part([name]), name, settings));
  },
  finish(buckets, site) {
    for (const name of Object.keys(buckets)) {
      const bucket = site.all("bucket").get(name);
      if (bucket instanceof ExternalBucket && !bucket.used) site.report([name], UNUSED);
    }
  },
});

function bucketOf(scope: Construct, name: string, settings: SettingsOf<typeof bucketsSchema>[string]): IBucket {
  if (settings.type !== "in-cluster") return new ExternalBucket(scope, "Bucket", { ...settings, name });
  const { store, bucket = name, prefix, quota, versioning } = settings;
  return store.addBucket(scope, { name, bucket, ...(prefix !== undefined && { prefix }), ...(quota && { quota }), versioning });
}
