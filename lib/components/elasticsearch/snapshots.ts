/** Access to a bucket for snapshots: settings of the S3 client of Elasticsearch, and its access key in the keystore of each node. */

import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { ElasticsearchSpec } from "#lib/imports/eck/index";
import { bucketFlows } from "#lib/kube/bucket-clients";
import type { FlowProps, PodsEnd } from "#lib/kube/network";
import type { ElasticsearchSettings } from "./schema";

/** Settings of the client "default", which repositories use unless they name another. Source: Elasticsearch 9 reference, "S3 repository". */
const CLIENT = "s3.client.default";

/** Problems of the bucket of snapshots; `path` is the path of the cluster's props. */
export function snapshotProblems({ snapshots, namespace }: ElasticsearchSettings, path: string): Problem[] {
  if (!snapshots) return [];
  const { bucket } = snapshots;
  const { credentials, ca } = bucket.enter(namespace);
  const got =
    bucket.location.api === "s3" && credentials.type === "access-key"
      ? ca && `the bucket ${bucket.name} with a CA of its own`
      : `the bucket ${bucket.name} of ${bucket.location.api} with credentials of type ${credentials.type}`;
  if (got === undefined) return [];
  return [
    {
      id: "elasticsearch.snapshot-bucket",
      path: `${path}.snapshots.bucket`,
      got,
      allowed: "a bucket with the S3 API, an access key and a certificate of a public CA, or without TLS: what the keystore can hold",
      fix: "use a bucket of type s3-compatible with an access key, or one in the cluster",
    },
  ];
}

/** Settings of elasticsearch.yml of every node. */
export function snapshotConfig({ snapshots }: ElasticsearchSettings): JsonObject {
  const location = snapshots?.bucket.location;
  if (location?.api !== "s3") return {};
  return {
    [`${CLIENT}.region`]: location.region,
    [`${CLIENT}.path_style_access`]: location.pathStyle,
    ...(location.endpoint !== undefined && { [`${CLIENT}.endpoint`]: location.endpoint }),
  };
}

/** The access key, which ECK copies from Secrets into the keystore. */
export function snapshotKeys({ snapshots, namespace }: ElasticsearchSettings): Pick<ElasticsearchSpec, "secureSettings"> {
  const credentials = snapshots?.bucket.enter(namespace).credentials;
  if (credentials?.type !== "access-key") return {};
  const { accessKeyId, secretAccessKey } = credentials;
  return {
    secureSettings: [
      { secretName: accessKeyId.name, entries: [{ key: accessKeyId.key, path: `${CLIENT}.access_key` }] },
      { secretName: secretAccessKey.name, entries: [{ key: secretAccessKey.key, path: `${CLIENT}.secret_key` }] },
    ],
  };
}

/** Network flows from the nodes to the bucket. */
export function snapshotFlows(name: string, { snapshots }: ElasticsearchSettings, nodes: PodsEnd): FlowProps[] {
  return snapshots ? bucketFlows(snapshots.bucket, `elasticsearch.${name}`, nodes) : [];
}
