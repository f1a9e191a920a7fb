/** Rules on buckets that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import type { ExternalBucketSettings } from "./schema";

/** Problems of a bucket; `path` is its path in the file. */
export function bucketProblems(bucket: ExternalBucketSettings, path: string): Problem[] {
  if (bucket.type !== "s3-compatible" && bucket.type !== "azure-blob") return [];
  const needs = secretsOf(bucket);
  const { namespaces } = bucket;
  if (needs.length > 0 && namespaces.length === 0) return [withoutNamespaces(needs, path)];
  if (needs.length === 0 && namespaces.length > 0) return [withoutSecrets(namespaces, path)];
  return plainTextCa(bucket, path);
}

/** Names of the Secrets that clients of a bucket refer to. */
function secretsOf(bucket: ExternalBucketSettings): string[] {
  switch (bucket.type) {
    case "s3-compatible": {
      const { credentials, ca } = bucket;
      const keys = credentials.type === "access-key" ? [credentials.accessKeyId.name, credentials.secretAccessKey.name] : [];
      return [...new Set([...keys, ...(ca ? [ca.name] : [])])];
    }
    case "azure-blob":
      return bucket.credentials.type === "account-key" ? [bucket.credentials.accountKey.name] : [];
    case "s3":
    case "gcs":
      return [];
  }
}

/** Pods can refer to Secrets of their own namespace only. */
function withoutNamespaces(secrets: readonly string[], path: string): Problem {
  return {
    id: "object-storage.secrets-without-namespaces",
    path: `${path}.namespaces`,
    got: `the Secrets ${secrets.join(", ")} and no namespace that has them`,
    allowed: "each namespace whose pods use the bucket, as pods can refer to Secrets of their own namespace only",
    fix: 'list the namespaces, such as namespaces: ["flink"], and create the Secrets in each',
  };
}

function withoutSecrets(namespaces: readonly string[], path: string): Problem {
  return {
    id: "object-storage.namespaces-without-secrets",
    path: `${path}.namespaces`,
    got: namespaces.join(", "),
    allowed: "no namespaces for a bucket without Secrets",
    fix: "remove namespaces: every namespace may use the bucket",
  };
}

function plainTextCa(bucket: ExternalBucketSettings, path: string): Problem[] {
  if (bucket.type !== "s3-compatible" || !bucket.ca || bucket.endpoint.startsWith("https:")) return [];
  return [
    {
      id: "object-storage.ca-without-tls",
      path: `${path}.ca`,
      got: `a CA for ${bucket.endpoint}`,
      allowed: "a CA with an endpoint that starts with https://",
      fix: "use https://, or remove ca",
    },
  ];
}

/** The problem of a client in a namespace without the Secrets of a bucket; none elsewhere. */
export function clientProblems(bucket: ExternalBucketSettings, client: string, place: ProblemPlace): Problem[] {
  const needs = secretsOf(bucket);
  const has = "namespaces" in bucket ? bucket.namespaces : [];
  if (needs.length === 0 || has.includes(client)) return [];
  return [
    {
      ...place,
      got: `pods in namespace ${client} use the bucket, which has its Secrets ${needs.join(", ")} in ${has.join(", ") || "no namespace"}`,
      allowed: "clients in namespaces that have the Secrets",
      fix: `create the Secrets in ${client} and add it to ${place.path}`,
    },
  ];
}

/** A bucket outside of the cluster that nothing refers to has no effect. */
export const UNUSED = {
  id: "object-storage.unused",
  got: "a bucket that nothing uses",
  allowed: "buckets that are the storage of something",
  fix: "refer to it, such as flink.clusters.<name>.storage, or remove it",
  severity: "warning",
} as const;
