/** Alerts of KEDA: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{container="keda-operator", pod="a"}';
const OBJECT = 'keda_scaled_object_errors_total{exported_namespace="serving", scaledObject="llama"}';
const JOB = 'keda_scaled_job_errors_total{exported_namespace="feedback", scaledJob="retrain"}';

/** Every alert with series that raise it and series that do not. */
export const kedaAlertCases: readonly AlertCase[] = [
  { alert: "KedaOperatorDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "KedaOperatorDown", series: {}, at: "10m", raised: true },
  { alert: "KedaOperatorDown", series: { [UP]: "0x3 1x20" }, at: "10m", raised: false },
  { alert: "KedaScalerFails", series: { [OBJECT]: "0+1x30" }, at: "20m", raised: true },
  { alert: "KedaScalerFails", series: { [OBJECT]: "0+1x5 5x30" }, at: "20m", raised: false },
  { alert: "KedaJobTriggerFails", series: { [JOB]: "0+1x30" }, at: "20m", raised: true },
  { alert: "KedaJobTriggerFails", series: { [JOB]: "0+1x5 5x30" }, at: "20m", raised: false },
];
