/** Alert rules on the metrics of instances, backups and volumes. Sources: CloudNativePG 1.30.0, docs/src/monitoring.md and the chart's monitoring queries; plugin-barman-cloud v0.13.0, internal/cnpgi/instance/metrics.go. */

import { longestGap } from "#lib/core/cron-gap";
import { Duration } from "#lib/core/duration";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";
import type { PostgresClusterSettings } from "./schema";

/** Series of our own targets. */
const OWN = 'job=~".+/postgres-.+"';

/** Labels that tell one cluster from another. */
const CLUSTER = "namespace, cnpg_io_cluster";

/** Share of a volume, and of connections, from which on the next days need an answer. */
const NEARLY_FULL = 0.85;

/** A base backup may take hours after its start. */
const BACKUP_TIME = Duration.hours(6);

/** Every alert about clusters of any name. */
export const cloudnativePgAlerts: AlertGroup = {
  name: "cloudnative-pg",
  alerts: [
    {
      name: "CloudNativePgClusterDown",
      expression: `max by (${CLUSTER}) (cnpg_collector_up{${OWN}} or up{${OWN}} * 0) == 0`,
      lasting: Duration.minutes(2),
      severity: "critical",
      summary: "no instance of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} in {{ $labels.namespace }} answers",
      runbook: "read the status of the Cluster object, and events and logs of its pods",
    },
    {
      name: "CloudNativePgInstanceDown",
      expression: `min by (${CLUSTER}, pod) (cnpg_collector_up{${OWN}} or up{${OWN}} * 0) == 0`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: "instance {{ $labels.pod }} of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} is down",
      runbook: "read events and logs of the pod; a volume that is full stops an instance",
    },
    {
      name: "CloudNativePgReplicationLag",
      expression: `max by (${CLUSTER}, pod) (cnpg_pg_replication_lag{${OWN}}) > 300`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: "standby {{ $labels.pod }} of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} is five minutes behind",
      runbook: "look for a slow volume or network of the standby, or for large writes on the primary",
    },
    {
      name: "CloudNativePgReplicaNotStreaming",
      expression: `max by (${CLUSTER}, pod) (cnpg_pg_replication_in_recovery{${OWN}}) > max by (${CLUSTER}, pod) (cnpg_pg_replication_is_wal_receiver_up{${OWN}})`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "standby {{ $labels.pod }} of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} receives nothing from the primary",
      runbook: "read the log of the standby; delete its pod and claim to have it built again",
    },
    {
      name: "CloudNativePgArchivingFails",
      expression: `max by (${CLUSTER}, pod) (cnpg_pg_stat_archiver_last_failed_time{${OWN}} - cnpg_pg_stat_archiver_last_archived_time{${OWN}}) > 1`,
      lasting: Duration.minutes(15),
      severity: "critical",
      summary: "PostgreSQL cluster {{ $labels.cnpg_io_cluster }} in {{ $labels.namespace }} cannot archive its write-ahead log",
      runbook:
        "read the log of container plugin-barman-cloud of the primary: the bucket or its credentials; the volume fills until it works again",
    },
    {
      name: "CloudNativePgConnectionsNearlyUsed",
      expression: `sum by (${CLUSTER}, pod) (cnpg_backends_total{${OWN}}) / max by (${CLUSTER}, pod) (cnpg_pg_settings_setting{${OWN}, name="max_connections"}) > ${NEARLY_FULL}`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "connections of {{ $labels.pod }} of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} are nearly used up",
      runbook: "look for clients that leave connections open, or raise parameters.max_connections",
    },
    {
      name: "CloudNativePgTransactionIdsNearlyUsed",
      expression: `max by (${CLUSTER}, datname) (cnpg_pg_database_xid_age{${OWN}}) > 300000000`,
      lasting: Duration.minutes(30),
      severity: "warning",
      summary:
        "database {{ $labels.datname }} of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} was not vacuumed for 300 million transactions",
      runbook: "look for long transactions and unused replication slots, which hold vacuum back",
    },
  ],
};

/** Alerts about one cluster: its volumes, and a backup that is older than its schedule allows. */
export function clusterAlerts(name: string, settings: PostgresClusterSettings): AlertGroup {
  const { namespace, backup } = settings;
  const claims = `namespace="${namespace}", persistentvolumeclaim=~"${name}-[0-9]+(-wal)?"`;
  const full: Alert = {
    name: "CloudNativePgVolumeNearlyFull",
    expression:
      `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${claims}}) / ` +
      `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{${claims}}) > ${NEARLY_FULL}`,
    lasting: Duration.minutes(15),
    severity: "critical",
    summary: `volume {{ $labels.persistentvolumeclaim }} of PostgreSQL cluster ${name} is nearly full`,
    runbook: "raise storage or walStorage: volumes grow while they are used; look for archiving that fails",
  };
  return { name: `cloudnative-pg-${name}`, alerts: [full, ...(backup ? [backupAlert(name, namespace, backup.schedule)] : [])] };
}

function backupAlert(name: string, namespace: string, schedule: string): Alert {
  // A schedule that starts once in four years or never has no limit that a test could reach.
  const limit = (longestGap(schedule)?.seconds ?? 0) + BACKUP_TIME.seconds;
  const own = `${OWN}, namespace="${namespace}", cnpg_io_cluster="${name}"`;
  return {
    name: "CloudNativePgBackupTooOld",
    expression: `time() - max by (${CLUSTER}) (barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${own}}) > ${limit}`,
    lasting: Duration.hours(1),
    severity: "critical",
    summary:
      "the last backup of PostgreSQL cluster {{ $labels.cnpg_io_cluster }} in {{ $labels.namespace }} is older than its schedule allows",
    runbook:
      "read the newest Backup objects and the log of container plugin-barman-cloud: the bucket, its credentials, a schedule that is suspended",
  };
}
