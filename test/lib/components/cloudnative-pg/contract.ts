/** CloudNativePG in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import {
  CloudnativePgOperator,
  type CloudnativePgOperatorProps,
  cloudnativePgOperatorSchema,
  cloudnativePgPin,
  PostgresCluster,
  type PostgresClusterProps,
  postgresClusterSchema,
} from "#lib/components/cloudnative-pg/index";
import { NodePool } from "#lib/components/node-pools/index";
import { ExternalBucket, type ExternalBucketProps } from "#lib/components/object-storage/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { contractEntry } from "../../../contract/entry";
import { backupAlertCases, postgresAlertCases, volumeAlertCases } from "./alert-cases";

const operator = contractEntry<CloudnativePgOperatorProps>({
  title: "CloudnativePgOperator",
  pin: cloudnativePgPin,
  schema: cloudnativePgOperatorSchema,
  build: (scope, props) => new CloudnativePgOperator(scope, "Subject", { ...props, certificateIssuer: new Construct(scope, "Issuer") }),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: postgresAlertCases,
});

const elsewhere = new Chart(new App(), "elsewhere");
const bucketOf = (name: string, props: ExternalBucketProps) => new ExternalBucket(elsewhere, name, { ...props, name });
const bucket = bucketOf("backups", { type: "s3", bucket: "backups", region: "eu-central-1" });
const publicBucket = bucketOf("public", {
  type: "s3-compatible",
  endpoint: "https://s3.example.com",
  bucket: "open",
  credentials: { type: "public" },
});
const pool = (scope: Construct) =>
  new NodePool(scope, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });
const otherPool = pool(elsewhere);

/** With two databases, and a client of each in another namespace. */
function build(scope: Construct, props: PostgresClusterProps): void {
  const { pool: own, ...rest } = props;
  const operator = { pods: pods("cnpg-system"), backsUp: true };
  const placed = { ...rest, ...(own && { pool: pool(scope) }), name: "subject", operator };
  const server = new PostgresCluster(scope, "Subject", placed);
  const ask = { name: "tracking", database: "tracking", owner: { type: "server" } } as const;
  const tracking = server.addDatabase(new Construct(scope, "Tracking"), { ...ask, extensions: ["vector"] });
  tracking.enter(server.namespace);
  tracking.addBackup?.(new Construct(scope, "Migration"), "before-migration");
  const owner = { type: "secret", username: "features", secret: "features-db", namespaces: ["feast"] } as const;
  server.addDatabase(new Construct(scope, "Features"), { name: "features", database: "features", owner }).enter("feast");
}

const storage = Size.gibibytes(10);
const variants = {
  storage: { storage: Size.gibibytes(20) },
  namespace: { namespace: "mlflow" },
  instances: { instances: 3 },
  synchronousStandbys: { synchronousStandbys: 1, instances: 2 },
  walStorage: { walStorage: Size.gibibytes(5) },
  storageClass: { storageClass: "fast" },
  pool: { pool: otherPool },
  cpu: { cpu: 2 },
  memory: { memory: Size.gibibytes(2) },
  image: { image: "registry.example.com/postgres:18.4-team" },
  parameters: { parameters: { max_connections: "200" } },
  backup: { backup: { bucket, path: "other" } },
  restore: { restore: { bucket, cluster: "old", until: "2026-11-01T08:00:00Z" } },
};

const refused = {
  "spec.wrong-value": { instances: 0 },
  "cloudnative-pg.too-few-instances": { synchronousStandbys: 1 },
  "cloudnative-pg.managed-parameter": { parameters: { ssl: "off" } },
  "cloudnative-pg.image-version": { image: "registry.example.com/postgres:team-18" },
  "cloudnative-pg.fits-no-machine": { pool: otherPool, cpu: 100 },
  "cloudnative-pg.backup-bucket": { backup: { bucket: publicBucket } },
  "cloudnative-pg.retention-days": { backup: { bucket, retention: Duration.hours(30) } },
  "cloudnative-pg.restore-onto-own-backups": { backup: { bucket }, restore: { bucket, cluster: "subject" } },
};

const smallest = contractEntry<PostgresClusterProps>({
  title: "PostgresCluster",
  pin: cloudnativePgPin,
  schema: postgresClusterSchema,
  build,
  smallest: { storage },
  variants,
  refused,
  alerts: volumeAlertCases,
});

const s3 = bucketOf("store", {
  type: "s3-compatible",
  endpoint: "https://s3.example.com",
  bucket: "backups",
  credentials: { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") },
  ca: secretRef("s3-ca", "ca.crt"),
  namespaces: ["databases", "mlflow"],
});

const withBackups = contractEntry<PostgresClusterProps>({
  title: "PostgresCluster with backups",
  pin: cloudnativePgPin,
  schema: postgresClusterSchema,
  build,
  smallest: { storage, backup: { bucket: s3 } },
  variants,
  refused,
  alerts: [...volumeAlertCases, ...backupAlertCases],
});

/** What the contract suite tries. */
export const entries = [operator, smallest, withBackups];
