/** Alerts of Kueue: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{service="kueue-controller-manager-metrics-service", pod="a"}';
const STATUS = 'kueue_cluster_queue_status{cluster_queue="research", status="active"}';
const PENDING = 'kueue_pending_workloads{cluster_queue="subject", status="inadmissible"}';
const ADMITTED = 'kueue_admitted_workloads_total{cluster_queue="subject"}';
const waited = (le: string) => `kueue_admission_wait_time_seconds_bucket{cluster_queue="subject", le="${le}"}`;
const EVICTED = 'kueue_evicted_workloads_total{cluster_queue="research", reason="PodsReadyTimeout"}';

/** Every alert with series that raise it and series that do not. */
export const kueueAlertCases: readonly AlertCase[] = [
  { alert: "KueueDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "KueueDown", series: { [UP]: "1x5 _x40" }, at: "20m", raised: true },
  // One of two stand-bys is enough.
  { alert: "KueueDown", series: { [UP]: "1x20", [UP.replace('"a"', '"b"')]: "0x20" }, at: "15m", raised: false },
  { alert: "KueueQueueInactive", series: { [STATUS]: "1 0x20" }, at: "15m", raised: true },
  { alert: "KueueQueueInactive", series: { [STATUS]: "0x5 1x20" }, at: "15m", raised: false },
  { alert: "KueueJobsEvicted", series: { [EVICTED]: "0 1 2 3 4 5x60" }, at: "10m", raised: true },
  { alert: "KueueJobsEvicted", series: { [EVICTED]: "0 1 2x60" }, at: "10m", raised: false },
];

/** Those of the queue of the contract, whose jobs may wait for two hours. */
export const queueAlertCases: readonly AlertCase[] = [
  { alert: "KueueJobsWaitLong", series: { [PENDING]: "1x300", [ADMITTED]: "4x300" }, at: "130m", raised: true },
  // A full queue that still admits jobs moves on.
  { alert: "KueueJobsWaitLong", series: { [PENDING]: "1x300", [ADMITTED]: "4+1x300" }, at: "200m", raised: false },
  // Half of the admitted jobs have waited for more than an hour.
  {
    alert: "KueueJobsWaitLong",
    series: { [waited("3600")]: "0+1x300", [waited("40960")]: "0+2x300", [waited("+Inf")]: "0+2x300" },
    at: "90m",
    raised: true,
  },
  {
    alert: "KueueJobsWaitLong",
    series: { [waited("3600")]: "0+2x300", [waited("40960")]: "0+2x300", [waited("+Inf")]: "0+2x300" },
    at: "90m",
    raised: false,
  },
];
