/** Alerts of SeaweedFS: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const JOB = 'job="monitoring/seaweedfs-seaweedfs.main", namespace="seaweedfs", app_kubernetes_io_instance="main"';
/** The same pod as the operator's own ServiceMonitor finds it. */
const TWICE = 'job="main-master", namespace="seaweedfs"';

/** Every alert with series that raise it and series that do not. */
export const seaweedfsAlertCases: readonly AlertCase[] = [
  {
    alert: "SeaweedfsMasterWithoutLeader",
    series: { [`SeaweedFS_master_is_leader{${JOB}, pod="a"}`]: "1 0x20", [`SeaweedFS_master_is_leader{${JOB}, pod="b"}`]: "0x20" },
    at: "5m",
    raised: true,
  },
  {
    alert: "SeaweedfsMasterWithoutLeader",
    series: {
      [`SeaweedFS_master_is_leader{${JOB}, pod="a"}`]: "0x20",
      [`SeaweedFS_master_is_leader{${JOB}, pod="b"}`]: "1x20",
      [`SeaweedFS_master_is_leader{${TWICE}, pod="a"}`]: "0x20",
    },
    at: "10m",
    raised: false,
  },
  {
    alert: "SeaweedfsComponentDown",
    series: { [`up{${JOB}, app_kubernetes_io_component="s3", pod="a"}`]: "1 0x20" },
    at: "6m",
    raised: true,
  },
  // One of two gateways is enough.
  {
    alert: "SeaweedfsComponentDown",
    series: {
      [`up{${JOB}, app_kubernetes_io_component="s3", pod="a"}`]: "0x20",
      [`up{${JOB}, app_kubernetes_io_component="s3", pod="b"}`]: "1x20",
    },
    at: "10m",
    raised: false,
  },
  {
    alert: "SeaweedfsDiskNearlyFull",
    series: {
      [`SeaweedFS_volumeServer_resource{${JOB}, pod="v", name="/data0/", type="used"}`]: "86x40",
      [`SeaweedFS_volumeServer_resource{${JOB}, pod="v", name="/data0/", type="all"}`]: "100x40",
    },
    at: "20m",
    raised: true,
  },
  {
    alert: "SeaweedfsDiskNearlyFull",
    series: {
      [`SeaweedFS_volumeServer_resource{${JOB}, pod="v", name="/data0/", type="used"}`]: "85x40",
      [`SeaweedFS_volumeServer_resource{${JOB}, pod="v", name="/data0/", type="all"}`]: "100x40",
    },
    at: "30m",
    raised: false,
  },
  {
    alert: "SeaweedfsDiskFull",
    series: { [`SeaweedFS_volumeServer_read_only_volumes{${JOB}, pod="v", collection="state", type="isDiskSpaceLow"}`]: "3x20" },
    at: "6m",
    raised: true,
  },
  // Volumes that are full, and not their disk, are read-only, too.
  {
    alert: "SeaweedfsDiskFull",
    series: { [`SeaweedFS_volumeServer_read_only_volumes{${JOB}, pod="v", collection="state", type="IsReadOnly"}`]: "3x20" },
    at: "10m",
    raised: false,
  },
  {
    alert: "SeaweedfsUnderReplicated",
    series: { [`SeaweedFS_master_under_replicated_volumes{${JOB}, pod="a", collection="state", rp="001"}`]: "2x60" },
    at: "35m",
    raised: true,
  },
  {
    alert: "SeaweedfsUnderReplicated",
    series: { [`SeaweedFS_master_under_replicated_volumes{${JOB}, pod="a", collection="state", rp="001"}`]: "2x20 0x60" },
    at: "40m",
    raised: false,
  },
  {
    alert: "SeaweedfsRequestsFailing",
    series: {
      [`SeaweedFS_s3_request_total{${JOB}, pod="s", type="PUT", code="500"}`]: "0+6x40",
      [`SeaweedFS_s3_request_total{${JOB}, pod="s", type="PUT", code="200"}`]: "0+94x40",
    },
    at: "20m",
    raised: true,
  },
  {
    alert: "SeaweedfsRequestsFailing",
    series: {
      [`SeaweedFS_s3_request_total{${JOB}, pod="s", type="PUT", code="500"}`]: "0+4x40",
      [`SeaweedFS_s3_request_total{${JOB}, pod="s", type="PUT", code="200"}`]: "0+96x40",
    },
    at: "30m",
    raised: false,
  },
];
