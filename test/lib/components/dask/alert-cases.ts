/** Alerts of Dask: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const LABELS = 'namespace="dask", beamstack_iac_dask="daskcluster-main"';
const UP = `up{dask_org_component="scheduler", ${LABELS}}`;
const WAITING = `dask_scheduler_tasks{state="no-worker", ${LABELS}}`;
const PAUSED = `dask_scheduler_workers{state="paused", ${LABELS}}`;
const SUSPICIOUS = `dask_scheduler_tasks_suspicious_total{task_prefix_name="sum", ${LABELS}}`;

/** Every alert with series that raise it and series that do not. */
export const daskAlertCases: readonly AlertCase[] = [
  { alert: "DaskSchedulerDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "DaskSchedulerDown", series: { [UP]: "0x3 1x20" }, at: "10m", raised: false },
  { alert: "DaskTasksWithoutWorkers", series: { [WAITING]: "3x30" }, at: "20m", raised: true },
  { alert: "DaskTasksWithoutWorkers", series: { [WAITING]: "3x10 0x30" }, at: "20m", raised: false },
  { alert: "DaskWorkersPaused", series: { [PAUSED]: "1x30" }, at: "15m", raised: true },
  { alert: "DaskWorkersPaused", series: { [PAUSED]: "1x5 0x30" }, at: "15m", raised: false },
  { alert: "DaskTasksLost", series: { [SUSPICIOUS]: "0x5 1x30" }, at: "10m", raised: true },
  { alert: "DaskTasksLost", series: { [SUSPICIOUS]: "2x60" }, at: "30m", raised: false },
];
