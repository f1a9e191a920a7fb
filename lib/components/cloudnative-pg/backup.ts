/** Backups of a cluster in a bucket: where they are, when they start, and how a cluster begins with one. */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { ObjectStoreSpec } from "#lib/imports/barman-cloud/index";
import type { ClusterSpec, ScheduledBackupSpec } from "#lib/imports/cloudnative-pg/index";
import type { BucketAccess, BucketLocation } from "#lib/kube/bucket";
import { bucketUri } from "#lib/kube/bucket-clients";
import { resources } from "#lib/kube/resources";
import { PLUGIN } from "./labels";
import type { BackupPlace, PostgresClusterSettings } from "./schema";

type Configuration = ObjectStoreSpec["configuration"];

/** Name of the object that says where the backups are from which a cluster begins. */
export const originOf = (cluster: string): string => `${cluster}-origin`;

/** An ObjectStore; `retention` is absent where the backups belong to another cluster. */
export function objectStoreSpec({ bucket, path }: BackupPlace, access: BucketAccess, retentionDays?: number): ObjectStoreSpec & JsonObject {
  const { location } = bucket;
  const region = location.api === "s3" ? location.region : undefined;
  return {
    configuration: {
      destinationPath: location.api === "azure" ? azureUrl(location, path) : bucketUri(location, path),
      ...(location.api === "s3" && location.endpoint !== undefined && { endpointURL: location.endpoint }),
      ...(access.ca && { endpointCA: keyOf(access.ca) }),
      ...credentialsOf(location, access),
      wal: { compression: "gzip" },
      data: { compression: "gzip" },
    },
    ...(retentionDays !== undefined && { retentionPolicy: `${retentionDays}d` }),
    instanceSidecarConfiguration: {
      resources: { ...resources({ cpu: 0.1, memory: Size.mebibytes(256) }, { cpu: 1, memory: Size.mebibytes(512) }) },
      // The region has no field but a key of a Secret; boto3 reads the variable.
      ...(region !== undefined && { env: [{ name: "AWS_DEFAULT_REGION", value: region }] }),
    },
  };
}

function keyOf({ name, key }: SecretRef) {
  return { name, key };
}

/** The form of Barman Cloud. Source: Barman 3.17, "barman-cloud: Azure Blob Storage". */
function azureUrl({ account, bucket, prefix }: Extract<BucketLocation, { api: "azure" }>, path: string): string {
  return [`https://${account}.blob.core.windows.net`, bucket, ...(prefix === undefined ? [] : [prefix]), path].join("/");
}

function credentialsOf({ api }: BucketLocation, { credentials }: BucketAccess): Partial<Configuration> {
  if (credentials.type === "access-key") {
    return { s3Credentials: { accessKeyId: keyOf(credentials.accessKeyId), secretAccessKey: keyOf(credentials.secretAccessKey) } };
  }
  switch (api) {
    case "s3":
      return { s3Credentials: { inheritFromIAMRole: true } };
    case "gcs":
      return { googleCredentials: { gkeEnvironment: true } };
    case "azure":
      return { azureCredentials: { useDefaultAzureCredentials: true } };
  }
}

/** The schedule of base backups. CloudNativePG's schedules have seconds in front. Source: ScheduledBackupSpec.schedule. */
export function scheduledBackupSpec(cluster: string, schedule: string): ScheduledBackupSpec & JsonObject {
  return {
    cluster: { name: cluster },
    schedule: schedule.startsWith("@") ? schedule : `0 ${schedule}`,
    immediate: true,
    // Deleting the schedule keeps the list of its backups.
    backupOwnerReference: "none",
    method: "plugin",
    pluginConfiguration: { name: PLUGIN },
  };
}

/** Fields of the cluster: which plugin archives, and from which backup it begins. */
export function backupFields(name: string, { backup, restore }: PostgresClusterSettings): Partial<ClusterSpec> {
  return {
    ...(backup && { plugins: [{ name: PLUGIN, enabled: true, isWALArchiver: true, parameters: { barmanObjectName: name } }] }),
    ...(restore && {
      externalClusters: [
        { name: "origin", plugin: { name: PLUGIN, parameters: { barmanObjectName: originOf(name), serverName: restore.cluster } } },
      ],
    }),
  };
}

/** How the cluster begins. */
export function bootstrap({ restore }: PostgresClusterSettings): ClusterSpec["bootstrap"] {
  const application = { database: "app", owner: "app" };
  if (!restore) return { initdb: { ...application, encoding: "UTF8", localeCollate: "C", localeCType: "C" } };
  const { until } = restore;
  return { recovery: { ...application, source: "origin", ...(until !== undefined && { recoveryTarget: { targetTime: until } }) } };
}
