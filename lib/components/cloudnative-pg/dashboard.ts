/** Dashboard of PostgreSQL clusters. */

import type { DashboardContent } from "#lib/kube/monitoring";

const CLUSTER = 'cnpg_io_cluster=~"$cluster"';

/** Instances, load, replication and backups of each cluster. */
export function cloudnativePgDashboard(): DashboardContent {
  return {
    uid: "beamstack-postgres",
    title: "PostgreSQL",
    variables: [{ name: "cluster", metric: "cnpg_collector_up", label: "cnpg_io_cluster" }],
    rows: [
      {
        title: "Instances",
        panels: [
          {
            title: "Instances up",
            type: "number",
            unit: "short",
            description: "Instances that answer.",
            queries: { "{{cnpg_io_cluster}}": `sum by (cnpg_io_cluster) (cnpg_collector_up{${CLUSTER}})` },
          },
          {
            title: "Connections",
            type: "series",
            unit: "short",
            description: "Open connections of each instance.",
            queries: { "{{pod}}": `sum by (pod) (cnpg_backends_total{${CLUSTER}})` },
          },
          {
            title: "Transactions",
            type: "series",
            unit: "ops",
            description: "Committed transactions of each database.",
            queries: {
              "{{cnpg_io_cluster}} {{datname}}": `sum by (cnpg_io_cluster, datname) (rate(cnpg_pg_stat_database_xact_commit{${CLUSTER}}[5m]))`,
            },
          },
          {
            title: "Size",
            type: "series",
            unit: "bytes",
            description: "Size of each database.",
            queries: { "{{cnpg_io_cluster}} {{datname}}": `max by (cnpg_io_cluster, datname) (cnpg_pg_database_size_bytes{${CLUSTER}})` },
          },
        ],
      },
      {
        title: "Replication and backups",
        panels: [
          {
            title: "Replication lag",
            type: "series",
            unit: "s",
            description: "How far each standby is behind the primary.",
            queries: { "{{pod}}": `max by (pod) (cnpg_pg_replication_lag{${CLUSTER}})` },
          },
          {
            title: "Age of the last backup",
            type: "number",
            unit: "s",
            description: "Time since the last base backup.",
            queries: {
              "{{cnpg_io_cluster}}": `time() - max by (cnpg_io_cluster) (barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${CLUSTER}} > 0)`,
            },
          },
          {
            title: "Segments that wait for the archive",
            type: "series",
            unit: "short",
            description: "Parts of the write-ahead log that are not in the bucket yet.",
            queries: { "{{pod}}": `max by (pod) (cnpg_collector_pg_wal_archive_status{${CLUSTER}, value="ready"})` },
          },
        ],
      },
    ],
  };
}
