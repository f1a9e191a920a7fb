/** Alerts of KServe: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{app_kubernetes_io_name="kserve-controller-manager", pod="a"}';
const ERRORS = 'controller_runtime_reconcile_errors_total{controller="inferenceservice"}';
const OF = 'namespace="serving", serving_kserve_io_inferenceservice="iris"';
const service = (pod: string) => `up{${OF}, pod="${pod}"}`;
const missing = 'kube_deployment_status_replicas_unavailable{namespace="serving", deployment="iris-v2-predictor"}';
const slow = (le: string) => `request_predict_seconds_bucket{${OF}, le="${le}"}`;
const scaler = 'namespace="serving", horizontalpodautoscaler="iris-predictor"';
const failed = `model_infer_request_failure_total{${OF}}`;
const succeeded = `model_infer_request_success_total{${OF}}`;

/** Alerts on the controller and on predictive models. */
export const kserveAlertCases: readonly AlertCase[] = [
  { alert: "KserveControllerDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "KserveControllerDown", series: { [UP]: "1x5 _x40" }, at: "20m", raised: true },
  { alert: "KserveControllerDown", series: { [UP]: "0x3 1x20" }, at: "15m", raised: false },
  { alert: "KserveCannotReconcile", series: { [ERRORS]: "0+1x60" }, at: "30m", raised: true },
  { alert: "KserveCannotReconcile", series: { [ERRORS]: "0 1 2x60" }, at: "30m", raised: false },
  { alert: "KserveServiceDown", series: { [service("a")]: "0x20", [service("b")]: "0x20" }, at: "10m", raised: true },
  // One of two pods answers.
  { alert: "KserveServiceDown", series: { [service("a")]: "0x20", [service("b")]: "1x20" }, at: "10m", raised: false },
  { alert: "KservePodsMissing", series: { [missing]: "1x60" }, at: "40m", raised: true },
  { alert: "KservePodsMissing", series: { [missing]: "1x10 0x60" }, at: "40m", raised: false },
  // 6 % of the predictions take longer than a second, then 4 %.
  {
    alert: "KserveSlow",
    series: { [slow("1")]: "0+94x60", [slow("2.5")]: "0+100x60", [slow("+Inf")]: "0+100x60" },
    at: "30m",
    raised: true,
  },
  {
    alert: "KserveSlow",
    series: { [slow("1")]: "0+96x60", [slow("2.5")]: "0+100x60", [slow("+Inf")]: "0+100x60" },
    at: "30m",
    raised: false,
  },
  { alert: "KserveFailing", series: { [failed]: "0+6x60", [succeeded]: "0+94x60" }, at: "20m", raised: true },
  { alert: "KserveFailing", series: { [failed]: "0+4x60", [succeeded]: "0+96x60" }, at: "20m", raised: false },
  {
    alert: "KserveAtMaximum",
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${scaler}}`]: "4x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${scaler}}`]: "4x60",
    },
    at: "40m",
    raised: true,
  },
  {
    alert: "KserveAtMaximum",
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${scaler}}`]: "3x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${scaler}}`]: "4x60",
    },
    at: "40m",
    raised: false,
  },
];

const llm = (name: string, labels = "") => `vllm:${name}{${OF}${labels}}`;
const first = (le: string) => llm("time_to_first_token_seconds_bucket", `, le="${le}"`);
const requests = (status: string) => `http_requests_total{${OF}, status="${status}"}`;

/** Alerts on language models. */
export const llmAlertCases: readonly AlertCase[] = [
  {
    alert: "KserveLlmSlowFirstToken",
    series: { [first("5")]: "0+94x60", [first("7.5")]: "0+100x60", [first("+Inf")]: "0+100x60" },
    at: "30m",
    raised: true,
  },
  {
    alert: "KserveLlmSlowFirstToken",
    series: { [first("5")]: "0+96x60", [first("7.5")]: "0+100x60", [first("+Inf")]: "0+100x60" },
    at: "30m",
    raised: false,
  },
  { alert: "KserveLlmQueue", series: { [llm("num_requests_waiting")]: "11x60" }, at: "20m", raised: true },
  { alert: "KserveLlmQueue", series: { [llm("num_requests_waiting")]: "10x60" }, at: "20m", raised: false },
  { alert: "KserveLlmCacheFull", series: { [llm("kv_cache_usage_perc")]: "0.96x60" }, at: "30m", raised: true },
  { alert: "KserveLlmCacheFull", series: { [llm("kv_cache_usage_perc")]: "0.94x60" }, at: "30m", raised: false },
  { alert: "KserveLlmFailing", series: { [requests("5xx")]: "0+6x60", [requests("2xx")]: "0+94x60" }, at: "20m", raised: true },
  { alert: "KserveLlmFailing", series: { [requests("5xx")]: "0+4x60", [requests("2xx")]: "0+96x60" }, at: "20m", raised: false },
  {
    alert: "KserveLlmStuck",
    series: { [llm("num_requests_running")]: "3x60", [llm("generation_tokens_total")]: "500x60" },
    at: "30m",
    raised: true,
  },
  {
    alert: "KserveLlmStuck",
    series: { [llm("num_requests_running")]: "3x60", [llm("generation_tokens_total")]: "0+50x60" },
    at: "30m",
    raised: false,
  },
];

const LLM_UP = 'up{app_kubernetes_io_name="llmisvc-controller-manager", pod="a"}';
const LLM_ERRORS = 'controller_runtime_reconcile_errors_total{controller="llminferenceservice"}';

/** Alerts on the controller of language models with a router. */
export const llmOperatorAlertCases: readonly AlertCase[] = [
  { alert: "KserveLlmControllerDown", series: { [LLM_UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "KserveLlmControllerDown", series: { [LLM_UP]: "1x5 _x40" }, at: "20m", raised: true },
  { alert: "KserveLlmControllerDown", series: { [LLM_UP]: "0x3 1x20" }, at: "15m", raised: false },
  { alert: "KserveLlmCannotReconcile", series: { [LLM_ERRORS]: "0+1x60" }, at: "30m", raised: true },
  { alert: "KserveLlmCannotReconcile", series: { [LLM_ERRORS]: "0 1 2x60" }, at: "30m", raised: false },
];

const pickers = 'kube_deployment_status_replicas_available{namespace="serving", deployment="chat-kserve-router-scheduler"}';

/** Alerts on endpoint pickers. */
export const routerAlertCases: readonly AlertCase[] = [
  { alert: "KserveEndpointPickerDown", series: { [pickers]: "0x20" }, at: "10m", raised: true },
  { alert: "KserveEndpointPickerDown", series: { [pickers]: "0x3 1x20" }, at: "10m", raised: false },
];

const routers = 'kube_deployment_status_replicas_available{namespace="graphs", deployment="animals-graph"}';

/** Alerts on inference graphs. */
export const graphAlertCases: readonly AlertCase[] = [
  { alert: "KserveGraphDown", series: { [routers]: "0x20" }, at: "10m", raised: true },
  { alert: "KserveGraphDown", series: { [routers]: "0x3 1x20" }, at: "10m", raised: false },
];
