/** Alerts of JobSet: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{service="jobset-metrics-service", pod="a"}';
const FAILED = 'jobset_failed_total{namespace="research", jobset_name="bert"}';
const OTHER = 'jobset_failed_total{namespace="vision", jobset_name="cnn"}';

/** Every alert with series that raise it and series that do not. */
export const jobSetAlertCases: readonly AlertCase[] = [
  { alert: "JobSetDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "JobSetDown", series: { [UP]: "1x5 _x40" }, at: "20m", raised: true },
  // One of two stand-bys is enough.
  { alert: "JobSetDown", series: { [UP]: "1x20", [UP.replace('"a"', '"b"')]: "0x20" }, at: "15m", raised: false },
  { alert: "JobSetsFailing", series: { [FAILED]: "0 1 2 3 4x60" }, at: "10m", raised: true },
  // Other namespaces have their own count.
  { alert: "JobSetsFailing", series: { [FAILED]: "0 1x60", [OTHER]: "0 1x60" }, at: "10m", raised: false },
];
