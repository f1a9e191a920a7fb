/** Alerts of Feast: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const POD = 'job="monitoring/feast-feast.subject", namespace="feast", feast_dev_name="subject", pod="a"';
const OTHER = POD.replace('pod="a"', 'pod="b"');

const requests = (status: string, increase: number) => ({
  [`feast_feature_server_request_total{${POD}, endpoint="/get-online-features", status="${status}"}`]: `0+${increase}x60`,
});
const within = (seconds: string, increase: number) => ({
  [`feast_feature_server_request_latency_seconds_bucket{${POD}, endpoint="/get-online-features", le="${seconds}"}`]: `0+${increase}x60`,
});
const age = (seconds: number) => ({
  [`feast_feature_freshness_seconds{${POD}, project="subject", feature_view="visits"}`]: `${seconds}x60`,
});
const errors = (increase: number) => ({
  [`controller_runtime_reconcile_errors_total{job="monitoring/feast-operator", namespace="feast-operator-system", controller="featurestore"}`]: `0+${increase}x120`,
});

/** Alerts about feature stores. */
export const storeAlertCases: readonly AlertCase[] = [
  { alert: "FeastDown", series: { [`up{${POD}}`]: "1 0x20", [`up{${OTHER}}`]: "0x20" }, at: "7m", raised: true },
  // One of two pods is enough.
  { alert: "FeastDown", series: { [`up{${POD}}`]: "0x20", [`up{${OTHER}}`]: "1x20" }, at: "10m", raised: false },
  { alert: "FeastRequestsFailing", series: { ...requests("error", 6), ...requests("success", 94) }, at: "20m", raised: true },
  { alert: "FeastRequestsFailing", series: { ...requests("error", 4), ...requests("success", 96) }, at: "30m", raised: false },
  { alert: "FeastSlow", series: { ...within("1.0", 90), ...within("2.5", 100), ...within("+Inf", 100) }, at: "40m", raised: true },
  { alert: "FeastSlow", series: { ...within("1.0", 96), ...within("2.5", 100), ...within("+Inf", 100) }, at: "40m", raised: false },
  { alert: "FeastFeaturesOverdue", series: age(86_401), at: "20m", raised: true },
  { alert: "FeastFeaturesOverdue", series: age(86_400), at: "40m", raised: false },
];

/** Alerts about the operator. */
export const operatorAlertCases: readonly AlertCase[] = [
  { alert: "FeastOperatorFailing", series: errors(1), at: "60m", raised: true },
  // One error now and then.
  { alert: "FeastOperatorFailing", series: errors(0.1), at: "60m", raised: false },
];
