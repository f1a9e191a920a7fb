/** What a feature store refers to. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { ExistingDatabase, type ExistingDatabaseProps } from "#lib/components/databases/index";
import { ExternalBucket, type ExternalBucketProps } from "#lib/components/object-storage/index";
import { secretRef } from "#lib/core/secret-ref";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const NAMESPACES = ["feast", "features"];

/** A database of PostgreSQL. */
export function databaseIn(scope: Construct, name: string, props: Partial<ExistingDatabaseProps> = {}): ExistingDatabase {
  const all = { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: NAMESPACES, ...props } as const;
  return new ExistingDatabase(scope, name, { ...all, name });
}

/** A bucket, by default of a store with the S3 API. */
export function bucketIn(scope: Construct, name: string, props?: ExternalBucketProps): ExternalBucket {
  const keys = { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") };
  const usual = {
    type: "s3-compatible",
    bucket: "features",
    endpoint: "https://s3.example.com",
    credentials: { type: "access-key", ...keys },
    namespaces: NAMESPACES,
  } as const;
  return new ExternalBucket(scope, name, { ...(props ?? usual), name });
}

/** A tree for what the tree under test refers to. */
export const elsewhere = new Chart(new App(), "elsewhere");
