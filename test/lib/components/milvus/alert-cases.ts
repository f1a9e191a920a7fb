/** Alerts of Milvus: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const POD =
  'job="monitoring/milvus-milvus.main", namespace="milvus", app_kubernetes_io_instance="main", app_kubernetes_io_component="proxy", pod="a"';
const ETCD = 'job="monitoring/milvus-etcd-milvus.main", namespace="milvus", app_kubernetes_io_name="main-etcd", pod="main-etcd-0"';

const requests = (failed: number) => ({
  [`milvus_proxy_req_count{${POD}, status="fail"}`]: `0+${failed}x40`,
  [`milvus_proxy_req_count{${POD}, status="total"}`]: "0+100x40",
});

const used = (bytes: number) => ({
  [`etcd_mvcc_db_total_size_in_bytes{${ETCD}}`]: `${bytes}x40`,
  [`etcd_server_quota_backend_bytes{${ETCD}}`]: "1000x40",
});

/** Every alert with series that raise it and series that do not. */
export const milvusAlertCases: readonly AlertCase[] = [
  { alert: "MilvusComponentDown", series: { [`up{${POD}}`]: "0x20" }, at: "8m", raised: true },
  { alert: "MilvusComponentDown", series: { [`up{${POD}}`]: "0 0 1x20" }, at: "10m", raised: false },
  { alert: "MilvusRequestsFailing", series: requests(6), at: "30m", raised: true },
  { alert: "MilvusRequestsFailing", series: requests(4), at: "30m", raised: false },
  { alert: "MilvusEtcdWithoutLeader", series: { [`etcd_server_has_leader{${ETCD}}`]: "0x20" }, at: "8m", raised: true },
  { alert: "MilvusEtcdWithoutLeader", series: { [`etcd_server_has_leader{${ETCD}}`]: "0 0 1x20" }, at: "8m", raised: false },
  { alert: "MilvusEtcdNearlyFull", series: used(810), at: "30m", raised: true },
  { alert: "MilvusEtcdNearlyFull", series: used(790), at: "30m", raised: false },
];
