/** What a server of MLflow refers to. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { ExistingDatabase, type ExistingDatabaseProps } from "#lib/components/databases/index";
import { ModelStorage } from "#lib/components/model-storage/index";
import { ExternalBucket, type ExternalBucketProps } from "#lib/components/object-storage/index";
import { secretRef } from "#lib/core/secret-ref";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

/** A database of PostgreSQL, whose Secrets are in namespace mlflow. */
export function databaseIn(scope: Construct, name: string, props: Partial<ExistingDatabaseProps> = {}): ExistingDatabase {
  const all = { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow", "tracking"], ...props } as const;
  return new ExistingDatabase(scope, name, { ...all, name });
}

/** Model storage in a bucket, by default of a store with the S3 API. */
export function storageIn(scope: Construct, name: string, props?: ExternalBucketProps): ModelStorage {
  const keys = { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") };
  const usual = {
    type: "s3-compatible",
    bucket: "models",
    endpoint: "https://s3.example.com",
    credentials: { type: "access-key", ...keys },
    ca: secretRef("s3-ca", "ca.crt"),
    namespaces: ["mlflow", "tracking"],
  } as const;
  const bucket = new ExternalBucket(scope, `${name}-bucket`, { ...(props ?? usual), name });
  return new ModelStorage(scope, name, { name, bucket });
}

/** A tree for what the tree under test refers to. */
export const elsewhere = new Chart(new App(), "elsewhere");
