/** Rules on model storage that a schema cannot express. */

import type { Problem } from "#lib/core/problem";

/** The problem of a bucket that nobody may write. */
export function readOnlyBucket(bucket: string, path: string): Problem {
  return {
    id: "model-storage.read-only-bucket",
    path,
    got: `the bucket ${bucket}, which nobody may write`,
    allowed: "a bucket with credentials",
    fix: "give the bucket an access key, or use another one",
  };
}

/** Model storage that nothing refers to has no effect. */
export const UNUSED = {
  id: "model-storage.unused",
  got: "model storage that nothing uses",
  allowed: "storage that training, a registry or serving uses",
  fix: "refer to it, such as mlflow.servers.<name>.artifacts, or remove it",
  severity: "warning",
} as const;
