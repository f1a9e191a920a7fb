/** Alert rules on the controller and on services of predictive models. Sources: controller-runtime's metrics; KServe v0.20.0, python/kserve/kserve/metrics.py; MLServer 1.7; Triton, "Metrics"; kube-state-metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Label of series with the name of their service. */
export const SERVICE = "serving_kserve_io_inferenceservice";

const CONTROLLER = 'up{app_kubernetes_io_name="kserve-controller-manager"}';
const FAILED = [`model_infer_request_failure_total{${SERVICE}!=""}`, `nv_inference_request_failure{${SERVICE}!=""}`];
const SUCCEEDED = [`model_infer_request_success_total{${SERVICE}!=""}`, `nv_inference_request_success{${SERVICE}!=""}`];

/** Requests a second by service; a service has the counters of one server. */
function rateOf(counters: readonly string[]): string {
  return counters.map((counter) => `sum by (namespace, ${SERVICE}) (rate(${counter}[5m]))`).join(" or ");
}

/** Share of requests that failed. */
export const FAILING = `(${rateOf(FAILED)}) / ((${rateOf(FAILED)}) + (${rateOf(SUCCEEDED)}))`;

/** Seconds within which 95 % of the predictions end. */
export const LATENCY = `histogram_quantile(0.95, sum by (namespace, ${SERVICE}, le) (rate(request_predict_seconds_bucket{${SERVICE}!=""}[5m])))`;

/** Every alert on the controller and on predictive models. */
export function kserveAlerts(): AlertGroup {
  const service = `{{ $labels.${SERVICE} }} in {{ $labels.namespace }}`;
  return {
    name: "kserve",
    alerts: [
      {
        name: "KserveControllerDown",
        expression: `sum by (app_kubernetes_io_name) (${CONTROLLER}) == 0 or absent(${CONTROLLER})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.app_kubernetes_io_name }} does not answer: services do not change, and their pods cannot be created",
        runbook:
          "read the status and log of Deployment kserve-controller-manager; its webhook admits the pods of all services, so that none is replaced while it is down",
      },
      {
        name: "KserveCannotReconcile",
        expression: 'sum by (controller) (increase(controller_runtime_reconcile_errors_total{controller="inferenceservice"}[15m])) > 5',
        lasting: Duration.minutes(5),
        severity: "warning",
        summary: "{{ $labels.controller }} fails again and again",
        runbook: "read the events of the InferenceServices: InternalError says what KServe or the API server refuses",
      },
      {
        name: "KserveServiceDown",
        expression: `sum by (namespace, ${SERVICE}) (up{${SERVICE}!=""}) == 0`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: `no pod of the model ${service} answers`,
        runbook: "read status.modelStatus of the InferenceService, and the logs of its containers storage-initializer and kserve-container",
      },
      {
        name: "KservePodsMissing",
        expression:
          'sum by (namespace, deployment) (kube_deployment_status_replicas_unavailable{deployment=~".+-(predictor|transformer|explainer|kserve)"}) > 0',
        lasting: Duration.minutes(30),
        severity: "warning",
        summary: "{{ $labels.deployment }} in {{ $labels.namespace }} has fewer pods than it should",
        runbook: "read the events of its pods: nodes that do not come, an image that cannot be pulled, or a model that cannot be fetched",
      },
      {
        name: "KserveSlow",
        expression: `${LATENCY} > 1`,
        lasting: Duration.minutes(10),
        severity: "warning",
        summary: `5 % of the predictions of ${service} take longer than a second`,
        runbook: "compare the use of CPU with the requests of the pods; raise scaling, or roll the newest revision back",
      },
      {
        name: "KserveFailing",
        expression: `${FAILING} > 0.05`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: `more than 5 % of the requests to ${service} fail`,
        runbook: "read the log of kserve-container; remove canary, or set revision and model back to the former ones",
      },
      {
        name: "KserveAtMaximum",
        expression:
          'max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas{horizontalpodautoscaler=~".+-predictor"} >= kube_horizontalpodautoscaler_spec_max_replicas{horizontalpodautoscaler=~".+-predictor"}) > 1',
        lasting: Duration.minutes(30),
        severity: "warning",
        summary: "{{ $labels.horizontalpodautoscaler }} in {{ $labels.namespace }} has had all of its pods for half an hour",
        runbook: "raise scaling.max, where the node pool has room",
      },
    ],
  };
}
