/** Alerts of a loop: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const LOOP = 'loop="churn"';
const DRIFT = `beamstack_feedback_drift{${LOOP}, column="age", pod="a"}`;
const MISSING = `beamstack_feedback_missing_share{${LOOP}, column="age"}`;
const MEASURED = `beamstack_feedback_measured_timestamp_seconds{${LOOP}}`;
const BLIND = `beamstack_feedback_failures_total{${LOOP}, step="rollout"}`;
const ERRORS = 'request_errors_share{service="churn"}';
const [FIRST, SECOND] = ['namespace="feedback", job_name="churn-retrain-x7k2p"', 'namespace="feedback", job_name="churn-retrain-b4dfz"'];
const failed = (job: string) => `kube_job_status_failed{${job}}`;
const created = (job: string) => `kube_job_created{${job}}`;
/** Compared every minute; promtool's clock starts at 0. */
const FRESH = { [MEASURED]: "0+60x260" };
const OLD = { [MEASURED]: "0x260" };
const candidate = (state: string) => `beamstack_feedback_candidate{${LOOP}, version="2", state="${state}", reason="auc 0.7 is not better"}`;

/** Every alert with series that raise it and series that do not. */
export const loopAlertCases: readonly AlertCase[] = [
  { alert: "FeedbackChurnDrift", series: { [DRIFT]: "0.21x60", ...FRESH }, at: "40m", raised: true },
  { alert: "FeedbackChurnDrift", series: { [DRIFT]: "0.2x60", ...FRESH }, at: "40m", raised: false },
  { alert: "FeedbackChurnDrift", series: { [DRIFT]: "0.21x260", ...OLD }, at: "4h", raised: false },
  { alert: "FeedbackChurnMissing", series: { [MISSING]: "0.11x60", ...FRESH }, at: "40m", raised: true },
  { alert: "FeedbackChurnMissing", series: { [MISSING]: "0.1x60", ...FRESH }, at: "40m", raised: false },
  { alert: "FeedbackChurnMissing", series: { [MISSING]: "0.11x260", ...OLD }, at: "4h", raised: false },
  { alert: "FeedbackChurnErrorRate", series: { [ERRORS]: "0.06x20" }, at: "10m", raised: true },
  { alert: "FeedbackChurnErrorRate", series: { [ERRORS]: "0.05x20" }, at: "10m", raised: false },
  { alert: "FeedbackChurnStale", series: OLD, at: "4h", raised: true },
  { alert: "FeedbackChurnStale", series: {}, at: "20m", raised: true },
  { alert: "FeedbackChurnStale", series: FRESH, at: "4h", raised: false },
  { alert: "FeedbackChurnRejected", series: { [candidate("rejected")]: "1x10" }, at: "5m", raised: true },
  { alert: "FeedbackChurnRejected", series: { [candidate("promoted")]: "1x10" }, at: "5m", raised: false },
  { alert: "FeedbackChurnWaiting", series: { [candidate("waiting")]: "1x10" }, at: "5m", raised: true },
  { alert: "FeedbackChurnWaiting", series: { [candidate("promoted")]: "1x10" }, at: "5m", raised: false },
  { alert: "FeedbackChurnRolledBack", series: { [candidate("rolled-back")]: "1x10" }, at: "5m", raised: true },
  { alert: "FeedbackChurnRolledBack", series: { [candidate("promoted")]: "1x10" }, at: "5m", raised: false },
  { alert: "FeedbackChurnRolloutFailing", series: { [BLIND]: "0+2x30" }, at: "20m", raised: true },
  { alert: "FeedbackChurnRolloutFailing", series: { [BLIND]: "0x10 1x20" }, at: "20m", raised: false },
  { alert: "FeedbackChurnRetrainFailed", series: { [failed(FIRST)]: "1x10", [created(FIRST)]: "60x10" }, at: "5m", raised: true },
  { alert: "FeedbackChurnRetrainFailed", series: { [failed(FIRST)]: "0x10", [created(FIRST)]: "60x10" }, at: "5m", raised: false },
  {
    alert: "FeedbackChurnRetrainFailed",
    series: { [failed(FIRST)]: "1x10", [created(FIRST)]: "60x10", [failed(SECOND)]: "0x10", [created(SECOND)]: "61x10" },
    at: "5m",
    raised: false,
  },
  {
    alert: "FeedbackChurnRetrainFailed",
    series: { [failed(FIRST)]: "0x10", [created(FIRST)]: "60x10", [failed(SECOND)]: "1x10", [created(SECOND)]: "61x10" },
    at: "5m",
    raised: true,
  },
];
