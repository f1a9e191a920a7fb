/** Feast in the contract suite. */

import type { Construct } from "constructs";
import {
  FeastFeatureStore,
  FeastOperator,
  type FeastOperatorProps,
  type FeatureStoreProps,
  feastOperatorSchema,
  feastPin,
  featureStoreSchema,
} from "#lib/components/feast/index";
import { NodePool } from "#lib/components/node-pools/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { operatorAlertCases, storeAlertCases } from "./alert-cases";
import { bucketIn, databaseIn, elsewhere } from "./places";

const operator = contractEntry<FeastOperatorProps>({
  title: "FeastOperator",
  pin: feastPin,
  schema: feastOperatorSchema,
  build: (scope, props) => new FeastOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: operatorAlertCases,
});

const database = databaseIn(elsewhere, "features");
const secured = databaseIn(elsewhere, "secured", { tls: { mode: "verify-full", ca: secretRef("db-ca", "ca.crt") } });
const mysql = databaseIn(elsewhere, "mysql", { engine: "mysql" });
const bucket = bucketIn(elsewhere, "features-files");
const node = { cpu: 16, memory: Size.gibibytes(64) };
const pool = new NodePool(elsewhere, "Pool", { name: "cpu", type: "static", nodes: 2, node });
const gpus = new NodePool(elsewhere, "Gpus", {
  name: "gpu",
  type: "static",
  nodes: 1,
  node: { ...node, accelerators: { type: "nvidia-l4", count: 1 } },
});

const definitions = { "visits.py": "from feast import Entity\n\nperson = Entity(name='person')\n" };

/** With clients in another namespace. */
function build(scope: Construct, props: FeatureStoreProps): void {
  const operator = { namespace: "feast-operator-system", isForeign: false };
  new FeastFeatureStore(scope, "Subject", { ...props, name: "subject", operator, definitions }).enter("ray");
}

const git = { type: "git", url: "https://github.com/team/features.git", commit: "0123456789abcdef0123456789abcdef01234567" } as const;
const files = { type: "files", files: ["features/visits.py"] } as const;

const store = contractEntry<FeatureStoreProps>({
  title: "FeastFeatureStore",
  pin: feastPin,
  schema: featureStoreSchema,
  build,
  smallest: {
    registry: { type: "database", database },
    online: { type: "database", database },
    offline: { type: "database", database },
    repository: git,
    materialize: {},
  },
  variants: {
    namespace: { namespace: "features" },
    project: { project: "people" },
    registry: { registry: { type: "database", database: secured } },
    online: {
      online: {
        type: "redis",
        address: "rediss://redis.example.com:6380",
        cluster: true,
        user: "feast",
        password: secretRef("redis", "password"),
        expiry: Duration.days(1),
      },
    },
    offline: { offline: { type: "bucket", bucket } },
    repository: { repository: files },
    checkSources: { checkSources: false },
    materialize: { materialize: { schedule: "@daily", timeZone: "Europe/Berlin", views: ["visits"], deadline: Duration.hours(2) } },
    ui: { ui: true },
    replicas: { replicas: 2 },
    workers: { workers: 2 },
    cpu: { cpu: 1 },
    memory: { memory: Size.gibibytes(2) },
    scratch: { scratch: Size.gibibytes(20) },
    image: { image: "registry.example.com/team/feast:0.66.0-1" },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "feast.database-engine": { online: { type: "database", database: mysql } },
    "feast.bucket-api": {
      registry: {
        type: "bucket",
        bucket: bucketIn(elsewhere, "azure", {
          type: "azure-blob",
          account: "account1",
          container: "features",
          credentials: { type: "account-key", accountKey: secretRef("azure", "key") },
          namespaces: ["feast"],
        }),
      },
    },
    "feast.bucket-identity": {
      offline: {
        type: "bucket",
        bucket: bucketIn(elsewhere, "role", {
          type: "s3",
          bucket: "features",
          region: "eu-central-1",
          role: "arn:aws:iam::123456789012:role/feast",
        }),
      },
    },
    "feast.read-only-registry": {
      registry: {
        type: "bucket",
        bucket: bucketIn(elsewhere, "public", {
          type: "s3-compatible",
          bucket: "features",
          endpoint: "https://s3.example.com",
          credentials: { type: "public" },
        }),
      },
    },
    "feast.buckets-differ": {
      registry: { type: "bucket", bucket: bucketIn(elsewhere, "aws", { type: "s3", bucket: "features", region: "eu-central-1" }) },
      offline: { type: "bucket", bucket },
    },
    "feast.copies-of-registry": { registry: { type: "ephemeral" }, replicas: 2 },
    "feast.files-without-repository": { offline: { type: "files" }, repository: undefined },
    "feast.fits-no-machine": { pool, cpu: 12 },
    "feast.pool-taints": { pool: gpus },
    "pods.fit-no-machine": { pool, cpu: 32 },
  },
  alerts: storeAlertCases,
});

const ephemeral = contractEntry<FeatureStoreProps>({
  ...{ title: "FeastFeatureStore with a registry of its own", pin: feastPin, schema: featureStoreSchema, build },
  smallest: {
    registry: { type: "ephemeral" },
    online: { type: "redis", address: "redis://redis.data:6379" },
    offline: { type: "files" },
    repository: { ...git, folder: "features", login: { user: "team", password: secretRef("git", "token") } },
    materialize: {},
  },
  variants: {
    namespace: { namespace: "features" },
    project: { project: "people" },
    registry: { registry: { type: "bucket", bucket } },
    online: { online: { type: "redis", address: "redis://other.data:6379" } },
    offline: { offline: { type: "database", database: secured } },
    repository: { repository: files },
    checkSources: { checkSources: false },
    materialize: { materialize: { overdue: Duration.days(2), schedule: "0 3 * * *" } },
    ui: { ui: true },
    replicas: { replicas: 2, registry: { type: "bucket", bucket } },
    workers: { workers: 2 },
    cpu: { cpu: 1 },
    memory: { memory: Size.gibibytes(2) },
    scratch: { scratch: Size.gibibytes(20) },
    image: { image: "registry.example.com/team/feast:0.66.0-1" },
    pool: { pool },
  },
  refused: { "feast.copies-of-registry": { replicas: 2 }, "feast.files-without-repository": { repository: undefined } },
});

/** What the contract suite tries. */
export const entries = [operator, store, ephemeral];
