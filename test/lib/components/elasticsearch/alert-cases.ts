/** Alerts of ECK: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const runs = (result: string) =>
  `controller_runtime_reconcile_total{job="monitoring/elastic-operator", controller="elasticsearch-controller", result="${result}"}`;

/** Every alert with series that raise it and series that do not. */
export const elasticsearchAlertCases: readonly AlertCase[] = [
  { alert: "ElasticsearchOperatorFails", series: { [runs("error")]: "0+3x120", [runs("success")]: "0+1x120" }, at: "80m", raised: true },
  { alert: "ElasticsearchOperatorFails", series: { [runs("error")]: "0+1x120", [runs("success")]: "0+3x120" }, at: "80m", raised: false },
];
