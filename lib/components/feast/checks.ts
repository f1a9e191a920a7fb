/** Rules on feature stores that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketAnnotations } from "#lib/kube/bucket-clients";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import type { IDatabase } from "#lib/kube/database";
import { postgresProblems } from "#lib/kube/database-clients";
import { nameProblems } from "#lib/kube/name-problems";
import { placementProblems } from "#lib/kube/placement";
import { bucketsOf, memoryOf, serversOf } from "./parts";
import type { FeatureStoreSettings } from "./schema";

/** CronJob `<name>-materialize` has at most 52 characters; a name begins names of Services. */
const NAME = { thing: "feature store", most: 40 };

/** Problems of a feature store; `path` is its path in the file. */
export function storeProblems(name: string, settings: FeatureStoreSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "feast.store-name", path }),
    ...engineProblems(settings, path),
    ...bucketProblems(settings, path),
    ...copiesProblems(settings, path),
    ...poolProblems(settings, path),
    ...fileProblems(settings, path),
  ];
}

/** What does not survive its pod has no place in production. */
export function productionProblems({ registry, offline }: FeatureStoreSettings, path: string): Problem[] {
  return [
    ...(registry.type === "ephemeral"
      ? [
          {
            id: "feast.ephemeral-registry",
            path: `${path}.registry`,
            got: "a registry that is lost with its pod, in production",
            allowed: "a registry in a database or in a bucket",
            fix: 'set registry: { type: "database", database }',
          },
        ]
      : []),
    ...(offline.type === "files"
      ? [
          {
            id: "feast.files-in-production",
            path: `${path}.offline`,
            got: "features in files of the repository, in production",
            allowed: "features in a bucket or in a database",
            fix: 'set offline: { type: "bucket", bucket }',
          },
        ]
      : []),
  ];
}

/** Of the operator's databases, ours are of PostgreSQL. */
function engineProblems({ registry, online, offline }: FeatureStoreSettings, path: string): Problem[] {
  const parts = Object.entries({ registry, online, offline });
  const used = parts.flatMap(([part, store]): [string, IDatabase][] => (store.type === "database" ? [[part, store.database]] : []));
  return used.flatMap(([part, database]) => postgresProblems(database, { id: "feast.database-engine", path: `${path}.${part}.database` }));
}

function bucketProblems(settings: FeatureStoreSettings, path: string): Problem[] {
  const { namespace, registry, offline } = settings;
  const at = (part: string) => ({ path: `${path}.${part}.bucket` });
  const differ = () => ({ id: "feast.buckets-differ", ...at("offline") });
  return [
    ...(registry.type === "bucket" ? bucketFaults(registry.bucket, namespace, at("registry").path) : []),
    ...(offline.type === "bucket" ? bucketFaults(offline.bucket, namespace, at("offline").path) : []),
    ...(registry.type === "bucket" ? readOnlyRegistry(registry.bucket, namespace, at("registry").path) : []),
    ...bucketSetProblems(
      bucketsOf(settings),
      { problems: { differ, identityTwice: differ, variable: differ }, namespace, serviceAccountAnnotations: {}, variables: [] },
      path,
    ),
  ];
}

function bucketFaults(bucket: IBucket, namespace: string, path: string): Problem[] {
  const identity = Object.keys(bucketAnnotations(bucket.enter(namespace)));
  return [
    // CEL rule of the CRD: the registry's file is s3://, gs:// or in the pod.
    ...(bucket.location.api === "azure"
      ? [
          {
            id: "feast.bucket-api",
            path,
            got: `the bucket ${bucket.name} of Azure`,
            allowed: "a bucket of S3 or of Google Cloud Storage",
            fix: "use another bucket, or a database",
          },
        ]
      : []),
    // The operator makes the account, and overwrites what it does not know. Source: services.go, setServiceAccount.
    ...(identity.length > 0
      ? [
          {
            id: "feast.bucket-identity",
            path,
            got: `the bucket ${bucket.name}, whose clients need ${identity.join(", ")} on their ServiceAccount`,
            allowed: "a bucket with keys, or an identity that needs no annotation: the operator makes the ServiceAccount",
            fix: "associate the role by EKS Pod Identity, grant access to the Kubernetes ServiceAccount on GKE, or use keys",
          },
        ]
      : []),
  ];
}

function readOnlyRegistry(bucket: IBucket, namespace: string, path: string): Problem[] {
  if (bucket.enter(namespace).credentials.type !== "public") return [];
  return [
    {
      id: "feast.read-only-registry",
      path,
      got: `the bucket ${bucket.name}, which nobody may write`,
      allowed: "a bucket with credentials",
      fix: "give the bucket an access key, or use another one",
    },
  ];
}

/** CEL rule of the CRD: "Scaling requires DB-backed or remote registry". */
function copiesProblems({ replicas, registry }: FeatureStoreSettings, path: string): Problem[] {
  if (replicas === 1 || registry.type !== "ephemeral") return [];
  return [
    {
      id: "feast.copies-of-registry",
      path: `${path}.replicas`,
      got: `${replicas} pods, each with a registry of its own`,
      allowed: "one pod, or a registry in a database or in a bucket",
      fix: 'set registry: { type: "database", database }',
    },
  ];
}

function poolProblems(settings: FeatureStoreSettings, path: string): Problem[] {
  const { pool, cpu } = settings;
  const servers = serversOf(settings).length;
  const ask = { cpu: cpu * servers, memory: Size.mebibytes(memoryOf(settings).inMebibytes * servers) };
  return [
    ...placementProblems(ask, pool, { id: "feast.fits-no-machine", path: `${path}.pool` }),
    ...(pool && pool.tolerations.length > 0
      ? [
          {
            id: "feast.pool-taints",
            path: `${path}.pool`,
            got: `the pool ${pool.name}, whose nodes have taints`,
            allowed: "a pool without taints: the operator writes no tolerations",
            fix: "use another pool, or none",
          },
        ]
      : []),
  ];
}

/** Files of the repository need one. */
function fileProblems({ offline, repository }: FeatureStoreSettings, path: string): Problem[] {
  if (offline.type !== "files" || repository) return [];
  return [
    {
      id: "feast.files-without-repository",
      path: `${path}.offline`,
      got: "features in files of the repository, and no repository",
      allowed: "a repository with the files",
      fix: "set repository, or use a bucket or a database",
    },
  ];
}
