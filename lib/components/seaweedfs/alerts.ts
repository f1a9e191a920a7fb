/** Alert rules on the metrics of SeaweedFS. Source of the metrics: SeaweedFS, weed/stats/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Series of our own targets: the operator's ServiceMonitors, which it creates where their kind exists, find the same pods again. */
const OWN = 'job=~".+/seaweedfs-.+"';

/** Labels that tell one cluster from another. */
const CLUSTER = "namespace, app_kubernetes_io_instance";

/** Share of a disk from which on the next days need an answer: a new volume needs free space before it is full. */
const DISK_FULL = 0.85;

/** Share of failed requests that clients notice although SDKs repeat a request twice. */
const FAILED_REQUESTS = 0.05;

/** Every alert about SeaweedFS. */
export const seaweedfsAlerts: AlertGroup = {
  name: "seaweedfs",
  alerts: [
    {
      name: "SeaweedfsMasterWithoutLeader",
      expression: `sum by (${CLUSTER}) (SeaweedFS_master_is_leader{${OWN}}) == 0`,
      lasting: Duration.minutes(2),
      severity: "critical",
      summary:
        "masters of SeaweedFS {{ $labels.app_kubernetes_io_instance }} in {{ $labels.namespace }} have no leader, so nothing can be written",
      runbook: "read the logs of the master pods: a majority of them must reach each other on ports 9333 and 19333",
    },
    {
      name: "SeaweedfsComponentDown",
      expression: `sum by (${CLUSTER}, app_kubernetes_io_component) (up{${OWN}}) == 0`,
      lasting: Duration.minutes(3),
      severity: "critical",
      summary:
        "no {{ $labels.app_kubernetes_io_component }} pod of SeaweedFS {{ $labels.app_kubernetes_io_instance }} in {{ $labels.namespace }} answers",
      runbook: "read the events and logs of the pods, and the status of the Seaweed object",
    },
    {
      name: "SeaweedfsDiskNearlyFull",
      expression: `max by (${CLUSTER}, pod) (SeaweedFS_volumeServer_resource{${OWN}, type="used"}) / max by (${CLUSTER}, pod) (SeaweedFS_volumeServer_resource{${OWN}, type="all"}) > ${DISK_FULL}`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: "the disk of {{ $labels.pod }} of SeaweedFS {{ $labels.app_kubernetes_io_instance }} is nearly full",
      runbook: "add volume servers (volume.replicas), delete objects, or set a quota on buckets",
    },
    {
      name: "SeaweedfsDiskFull",
      expression: `sum by (${CLUSTER}, pod) (SeaweedFS_volumeServer_read_only_volumes{${OWN}, type="isDiskSpaceLow"}) > 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "{{ $labels.pod }} of SeaweedFS {{ $labels.app_kubernetes_io_instance }} takes no more writes, because its disk is full",
      runbook: "add volume servers (volume.replicas), or delete objects and let the masters compact volumes",
    },
    {
      name: "SeaweedfsUnderReplicated",
      expression: `sum by (${CLUSTER}) (SeaweedFS_master_under_replicated_volumes{${OWN}}) > 0`,
      lasting: Duration.minutes(30),
      severity: "warning",
      summary: "volumes of SeaweedFS {{ $labels.app_kubernetes_io_instance }} in {{ $labels.namespace }} have fewer copies than asked for",
      runbook: "bring lost volume servers back; then run volume.fix.replication in weed shell",
    },
    {
      name: "SeaweedfsRequestsFailing",
      expression:
        `sum by (${CLUSTER}) (rate(SeaweedFS_s3_request_total{${OWN}, code=~"5.."}[5m])) / ` +
        `sum by (${CLUSTER}) (rate(SeaweedFS_s3_request_total{${OWN}}[5m])) > ${FAILED_REQUESTS}`,
      lasting: Duration.minutes(10),
      severity: "critical",
      summary: "the S3 API of SeaweedFS {{ $labels.app_kubernetes_io_instance }} in {{ $labels.namespace }} fails requests",
      runbook: "read the logs of the s3 and filer pods; look for full disks and masters without a leader",
    },
  ],
};
