/** Buckets of a cluster or job, as its pods take them. */

import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { SecretRef } from "#lib/core/secret-ref";
import type { BucketAccess, IBucket } from "#lib/kube/bucket";
import { bucketAnnotations, bucketEnvironment, bucketTrust, bucketUri } from "#lib/kube/bucket-clients";
import type { CommonSettings } from "./schema";

type Variables = Readonly<Record<string, string | SecretRef>>;

/** What pods need to reach the buckets of their settings. */
export interface BucketUse {
  readonly accesses: readonly BucketAccess[];
  readonly environment: Variables;
  readonly annotations: Readonly<Record<string, string>>;
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
}

interface Entered {
  readonly bucket: IBucket;
  readonly access: BucketAccess;
}

/** Enters every bucket. */
export function bucketUse({ buckets, namespace }: Pick<CommonSettings, "buckets" | "namespace">): BucketUse {
  const entered = buckets.map((bucket) => ({ bucket, access: bucket.enter(namespace) }));
  const trust = entered.map(({ access }) => bucketTrust(access)).find((found) => found !== undefined);
  return {
    accesses: entered.map(({ access }) => access),
    environment: Object.assign({}, ...entered.map(variablesOf)),
    annotations: Object.assign({}, ...entered.map(({ access }) => bucketAnnotations(access))),
    volumes: trust ? [trust.volume as unknown as JsonObject] : [],
    mounts: trust ? [trust.mount] : [],
  };
}

/** The variables of SDKs, and the address of the bucket. */
function variablesOf({ bucket, access }: Entered): Variables {
  const uri = `BUCKET_URI_${bucket.name.toUpperCase().replaceAll("-", "_")}`;
  return { [uri]: bucketUri(bucket.location), ...bucketEnvironment(bucket.location, access, bucketTrust(access)?.file) };
}

/** SDKs read one set of credentials from the environment. */
export function bucketProblems({ buckets, namespace }: Pick<CommonSettings, "buckets" | "namespace">, path: string): Problem[] {
  const each = buckets.map((bucket) => variablesOf({ bucket, access: bucket.enter(namespace) }));
  const names = [...new Set(each.flatMap((variables) => Object.keys(variables)))];
  const torn = names.filter((name) => new Set(each.flatMap((one) => (name in one ? [JSON.stringify(one[name])] : []))).size > 1);
  if (torn.length === 0) return [];
  return [
    {
      id: "dask.buckets-disagree",
      path: `${path}.buckets`,
      got: `buckets that need different values of ${torn.join(", ")}`,
      allowed: "buckets of one store with the same credentials",
      fix: "use buckets of one store, or clusters of their own for the others",
    },
  ];
}
