/** Alerts of MLflow: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const POD = 'job="monitoring/mlflow.main", namespace="mlflow", beamstack_iac_mlflow="main", pod="a"';
const OTHER = POD.replace('pod="a"', 'pod="b"');

const total = (status: number, increase: number) => ({
  [`mlflow_http_request_total{${POD}, method="GET", status="${status}"}`]: `0+${increase}x60`,
});
const within = (seconds: string, increase: number) => ({
  [`mlflow_http_request_duration_seconds_bucket{${POD}, method="GET", status="200", le="${seconds}"}`]: `0+${increase}x60`,
});

/** Every alert with series that raise it and series that do not. */
export const mlflowAlertCases: readonly AlertCase[] = [
  { alert: "MlflowDown", series: { [`up{${POD}}`]: "1 0x20", [`up{${OTHER}}`]: "0x20" }, at: "7m", raised: true },
  // One of two pods is enough.
  { alert: "MlflowDown", series: { [`up{${POD}}`]: "0x20", [`up{${OTHER}}`]: "1x20" }, at: "10m", raised: false },
  { alert: "MlflowRequestsFailing", series: { ...total(500, 6), ...total(200, 94) }, at: "20m", raised: true },
  { alert: "MlflowRequestsFailing", series: { ...total(500, 4), ...total(200, 96) }, at: "30m", raised: false },
  // Wrong passwords are no fault of the server.
  { alert: "MlflowRequestsFailing", series: { ...total(401, 90), ...total(200, 10) }, at: "30m", raised: false },
  { alert: "MlflowSlow", series: { ...within("5.0", 90), ...within("10.0", 100), ...within("+Inf", 100) }, at: "40m", raised: true },
  { alert: "MlflowSlow", series: { ...within("5.0", 96), ...within("10.0", 100), ...within("+Inf", 100) }, at: "40m", raised: false },
];
