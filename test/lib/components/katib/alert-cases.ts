/** Alerts of Katib: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{app_kubernetes_io_name="katib-controller", pod="a"}';
const FAILED = 'katib_trial_failed_total{namespace="experiments"}';
const UNAVAILABLE = 'katib_trial_metrics_unavailable_total{namespace="experiments"}';

/** Every alert with series that raise it and series that do not. */
export const katibAlertCases: readonly AlertCase[] = [
  { alert: "KatibDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "KatibDown", series: { [UP]: "1x5 _x40" }, at: "20m", raised: true },
  // One of two stand-bys is enough.
  { alert: "KatibDown", series: { [UP]: "1x20", [UP.replace('"a"', '"b"')]: "0x20" }, at: "15m", raised: false },
  { alert: "KatibTrialsFailing", series: { [FAILED]: "0 1 2 3 4x60" }, at: "10m", raised: true },
  { alert: "KatibTrialsFailing", series: { [FAILED]: "0 1x60" }, at: "10m", raised: false },
  { alert: "KatibTrialsWithoutMetrics", series: { [UNAVAILABLE]: "0 1x60" }, at: "10m", raised: true },
  { alert: "KatibTrialsWithoutMetrics", series: { [UNAVAILABLE]: "1x90" }, at: "80m", raised: false },
];
