/** Alerts of Spark: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{container="spark-operator-controller", pod="a"}';
const failed = 'spark_application_failure_count{namespace="spark-operator"}';
const refused = 'spark_application_failed_submission_count{namespace="spark-operator"}';

const HISTORY = 'kube_deployment_status_replicas_available{namespace="spark", deployment="main-spark-history"}';

/** Every alert with series that raise it and series that do not. */
export const sparkAlertCases: readonly AlertCase[] = [
  { alert: "SparkOperatorDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "SparkOperatorDown", series: { [UP]: "1x5 _x40" }, at: "20m", raised: true },
  { alert: "SparkOperatorDown", series: { [UP]: "0x3 1x20" }, at: "10m", raised: false },
  { alert: "SparkHistoryServerDown", series: { [HISTORY]: "0x20" }, at: "15m", raised: true },
  { alert: "SparkHistoryServerDown", series: { [HISTORY]: "0x5 1x20" }, at: "15m", raised: false },
  { alert: "SparkApplicationsFailing", series: { [failed]: "0 1 2 3 4x30" }, at: "10m", raised: true },
  { alert: "SparkApplicationsFailing", series: { [failed]: "0 1x60" }, at: "10m", raised: false },
  { alert: "SparkSubmissionsFailing", series: { [refused]: "0 1 2 3 4x30" }, at: "10m", raised: true },
  { alert: "SparkSubmissionsFailing", series: { [refused]: "0 1x60" }, at: "10m", raised: false },
];

const APACHE_UP = 'up{container="spark-kubernetes-operator", pod="a"}';

/** The same of Apache's operator. */
export const apacheAlertCases: readonly AlertCase[] = [
  { alert: "SparkOperatorDown", series: { [APACHE_UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "SparkOperatorDown", series: { [APACHE_UP]: "0x3 1x20" }, at: "10m", raised: false },
  { alert: "SparkHistoryServerDown", series: { [HISTORY]: "0x20" }, at: "15m", raised: true },
  { alert: "SparkHistoryServerDown", series: { [HISTORY]: "0x5 1x20" }, at: "15m", raised: false },
];
