/** Alert rules on the metrics of Milvus and of its etcd. Sources: Milvus 2.6, pkg/metrics; etcd 3.5, "Metrics". */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Series of our own targets. */
const OWN = 'job=~".+/milvus-[^/]+", app_kubernetes_io_component!=""';
const ETCD = 'job=~".+/milvus-etcd-.+"';

/** Labels that tell one cluster from another. */
const CLUSTER = "namespace, app_kubernetes_io_instance";
const NAMED = "Milvus {{ $labels.app_kubernetes_io_instance }} in {{ $labels.namespace }}";

/** Share of failed requests that clients notice although they repeat a request. */
const FAILED_REQUESTS = 0.05;

/** Every alert about clusters of any name. */
export const milvusAlerts: AlertGroup = {
  name: "milvus",
  alerts: [
    {
      name: "MilvusComponentDown",
      expression: `max by (${CLUSTER}, app_kubernetes_io_component) (up{${OWN}}) == 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: `no pod of {{ $labels.app_kubernetes_io_component }} of ${NAMED} answers`,
      runbook:
        "read the conditions of the Milvus object, and events and logs of the pods: the bucket, etcd, the queue, or too little memory",
    },
    {
      name: "MilvusRequestsFailing",
      expression:
        `sum by (${CLUSTER}) (rate(milvus_proxy_req_count{${OWN}, status="fail"}[5m])) / ` +
        `sum by (${CLUSTER}) (rate(milvus_proxy_req_count{${OWN}, status="total"}[5m])) > ${FAILED_REQUESTS}`,
      lasting: Duration.minutes(10),
      severity: "critical",
      summary: `${NAMED} fails requests`,
      runbook: "read the logs of the proxy: collections that are not loaded, quotas, or nodes that are away",
    },
    {
      name: "MilvusEtcdWithoutLeader",
      expression: `min by (namespace, app_kubernetes_io_name) (etcd_server_has_leader{${ETCD}}) == 0`,
      lasting: Duration.minutes(3),
      severity: "critical",
      summary: "{{ $labels.app_kubernetes_io_name }} in {{ $labels.namespace }} has no leader: its Milvus writes nothing",
      runbook: "a majority of the members must reach each other on port 2380; read their logs",
    },
    {
      name: "MilvusEtcdNearlyFull",
      expression:
        `max by (namespace, app_kubernetes_io_name) (etcd_mvcc_db_total_size_in_bytes{${ETCD}}) / ` +
        `min by (namespace, app_kubernetes_io_name) (etcd_server_quota_backend_bytes{${ETCD}}) > 0.8`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: "{{ $labels.app_kubernetes_io_name }} in {{ $labels.namespace }} has used 80 percent of its quota",
      runbook: "drop collections and partitions that nobody needs, then defragment the members one by one",
    },
  ],
};
