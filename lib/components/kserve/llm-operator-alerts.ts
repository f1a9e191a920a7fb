/** Alert rules on the controller of language models with a router. Source: controller-runtime's metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const CONTROLLER = 'up{app_kubernetes_io_name="llmisvc-controller-manager"}';

/** Every alert on the controller. */
export function llmOperatorAlerts(): AlertGroup {
  return {
    name: "kserve-llm-operator",
    alerts: [
      {
        name: "KserveLlmControllerDown",
        expression: `sum by (app_kubernetes_io_name) (${CONTROLLER}) == 0 or absent(${CONTROLLER})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.app_kubernetes_io_name }} does not answer: language models with a router do not change",
        runbook: "read the status and log of Deployment llmisvc-controller-manager; requests go on as they are",
      },
      {
        name: "KserveLlmCannotReconcile",
        expression: 'sum by (controller) (increase(controller_runtime_reconcile_errors_total{controller="llminferenceservice"}[15m])) > 5',
        lasting: Duration.minutes(5),
        severity: "warning",
        summary: "{{ $labels.controller }} fails again and again",
        runbook:
          "read the conditions and events of the LLMInferenceServices: they say what is missing, such as the Gateway or its InferencePools",
      },
    ],
  };
}
