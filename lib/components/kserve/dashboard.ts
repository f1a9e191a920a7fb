/** Dashboard of services of predictive models. */

import type { DashboardContent } from "#lib/kube/monitoring";
import { FAILING, LATENCY, SERVICE } from "./alerts";

const LEGEND = `{{namespace}}/{{${SERVICE}}}`;

/** Latency, failures and pods of every service, and the controller. */
export function kserveDashboard(): DashboardContent {
  return {
    uid: "beamstack-kserve",
    title: "Model serving",
    variables: [],
    rows: [
      {
        title: "Services",
        panels: [
          {
            title: "Latency, 95 %",
            type: "series",
            unit: "s",
            description: "Time of a prediction, without the way to the pod.",
            queries: { [LEGEND]: LATENCY },
          },
          {
            title: "Failed requests",
            type: "series",
            unit: "percentunit",
            description: "Share of requests that failed; KServe's own servers do not count them.",
            queries: { [LEGEND]: FAILING },
          },
          {
            title: "Pods that answer",
            type: "series",
            unit: "short",
            description: "Pods whose metrics can be read.",
            queries: { [LEGEND]: `sum by (namespace, ${SERVICE}) (up{${SERVICE}!=""})` },
          },
        ],
      },
      {
        title: "Controller",
        panels: [
          {
            title: "Errors",
            type: "series",
            unit: "short",
            description: "Reconciles that failed, in an hour.",
            queries: {
              "{{controller}}":
                'sum by (controller) (increase(controller_runtime_reconcile_errors_total{controller="inferenceservice"}[1h]))',
            },
          },
        ],
      },
    ],
  };
}
