/** Alerts of CloudNativePG: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const JOB = 'job="monitoring/postgres-databases.subject", namespace="databases", cnpg_io_cluster="subject"';
const A = `${JOB}, pod="subject-1"`;
const B = `${JOB}, pod="subject-2"`;
const CLAIM = 'namespace="databases", persistentvolumeclaim="subject-1"';

/** Series of one alert at a minute. */
function both(
  alert: string,
  at: string,
  { raised, quiet }: { raised: Record<string, string>; quiet: Record<string, string> },
): AlertCase[] {
  return [
    { alert, series: raised, at, raised: true },
    { alert, series: quiet, at, raised: false },
  ];
}

/** Every alert but that of backups. */
export const postgresAlertCases: readonly AlertCase[] = [
  ...both("CloudNativePgClusterDown", "5m", {
    raised: { [`up{${A}}`]: "0x20", [`cnpg_collector_up{${B}}`]: "0x20" },
    quiet: { [`up{${A}}`]: "0x20", [`up{${B}}`]: "1x20", [`cnpg_collector_up{${B}}`]: "1x20" },
  }),
  ...both("CloudNativePgInstanceDown", "8m", {
    raised: { [`cnpg_collector_up{${A}}`]: "0x20", [`up{${A}}`]: "1x20", [`cnpg_collector_up{${B}}`]: "1x20" },
    quiet: { [`cnpg_collector_up{${A}}`]: "0x3 1x20", [`up{${A}}`]: "1x20" },
  }),
  ...both("CloudNativePgReplicationLag", "8m", {
    raised: { [`cnpg_pg_replication_lag{${A}}`]: "301x20" },
    quiet: { [`cnpg_pg_replication_lag{${A}}`]: "300x20" },
  }),
  ...both("CloudNativePgReplicaNotStreaming", "15m", {
    raised: { [`cnpg_pg_replication_in_recovery{${B}}`]: "1x20", [`cnpg_pg_replication_is_wal_receiver_up{${B}}`]: "0x20" },
    quiet: { [`cnpg_pg_replication_in_recovery{${B}}`]: "1x20", [`cnpg_pg_replication_is_wal_receiver_up{${B}}`]: "1x20" },
  }),
  ...both("CloudNativePgArchivingFails", "20m", {
    raised: { [`cnpg_pg_stat_archiver_last_failed_time{${A}}`]: "1002x30", [`cnpg_pg_stat_archiver_last_archived_time{${A}}`]: "1000x30" },
    quiet: { [`cnpg_pg_stat_archiver_last_failed_time{${A}}`]: "1001x30", [`cnpg_pg_stat_archiver_last_archived_time{${A}}`]: "1000x30" },
  }),
  ...both("CloudNativePgConnectionsNearlyUsed", "15m", {
    raised: {
      [`cnpg_backends_total{${A}, datname="a"}`]: "46x20",
      [`cnpg_backends_total{${A}, datname="b"}`]: "40x20",
      [`cnpg_pg_settings_setting{${A}, name="max_connections"}`]: "100x20",
    },
    quiet: {
      [`cnpg_backends_total{${A}, datname="a"}`]: "85x20",
      [`cnpg_pg_settings_setting{${A}, name="max_connections"}`]: "100x20",
    },
  }),
  ...both("CloudNativePgTransactionIdsNearlyUsed", "35m", {
    raised: { [`cnpg_pg_database_xid_age{${A}, datname="app"}`]: "300000001x40" },
    quiet: { [`cnpg_pg_database_xid_age{${A}, datname="app"}`]: "300000000x40" },
  }),
];

/** The alert about the volumes of a cluster. */
export const volumeAlertCases: readonly AlertCase[] = both("CloudNativePgVolumeNearlyFull", "20m", {
  raised: { [`kubelet_volume_stats_used_bytes{${CLAIM}}`]: "86x30", [`kubelet_volume_stats_capacity_bytes{${CLAIM}}`]: "100x30" },
  quiet: { [`kubelet_volume_stats_used_bytes{${CLAIM}}`]: "85x30", [`kubelet_volume_stats_capacity_bytes{${CLAIM}}`]: "100x30" },
});

const BACKUP = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp";

/** A daily backup is too old after 30 hours; tests begin at 1970, when a backup of time 0 was just made. */
export const backupAlertCases: readonly AlertCase[] = both("CloudNativePgBackupTooOld", "32h", {
  raised: { [`${BACKUP}{${A}}`]: "0x2000" },
  quiet: { [`${BACKUP}{${A}}`]: "0x700 43200x1300" },
});
