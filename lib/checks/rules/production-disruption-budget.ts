/** In production, a drain of nodes takes no workload as a whole. */

import type { JsonObject } from "#lib/core/json";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { listAt, mapAt, textsAt } from "../json-at";
import type { Finding, Rule } from "../rule";

/** Workloads of several pods are selected by some budget of their namespace. */
export const productionDisruptionBudget: Rule = {
  id: "production-disruption-budget",
  mirrors: ["kube-score deployment-has-poddisruptionbudget", "polaris missingPodDisruptionBudget"],
  allowed: "a PodDisruptionBudget whose selector matches its pods",
  fix: "add a PodDisruptionBudget",
  productionOnly: true,
  find: ({ ofKind }) => {
    const budgets = ofKind("policy/PodDisruptionBudget").map(({ manifest }) => manifest);
    return [...ofKind("apps/Deployment"), ...ofKind("apps/StatefulSet")].flatMap((object): Finding[] => {
      const { manifest } = object;
      const spec = mapAt(manifest, "spec");
      const labels = mapAt(mapAt(mapAt(spec, "template"), "metadata"), "labels");
      const covered = budgets.some(
        (budget) => budget.metadata.namespace === manifest.metadata.namespace && selects(mapAt(mapAt(budget, "spec"), "selector"), labels),
      );
      const alone = Number(spec["replicas"] ?? 1) < 2 || manifest.metadata.labels?.[SIMULATED_LABEL] === "true";
      return alone || covered ? [] : [{ object, at: "", got: "no budget" }];
    });
  },
};

/** Source: Kubernetes documentation, "Labels and Selectors": all of matchLabels, all of matchExpressions. */
function selects(selector: JsonObject, labels: JsonObject): boolean {
  return (
    Object.entries(mapAt(selector, "matchLabels")).every(([key, value]) => labels[key] === value) &&
    listAt(selector, "matchExpressions").every((expression) => holds(expression, labels))
  );
}

function holds(expression: JsonObject, labels: JsonObject): boolean {
  const value = labels[String(expression["key"])];
  const values = textsAt(expression, "values");
  switch (expression["operator"]) {
    case "In":
      return typeof value === "string" && values.includes(value);
    case "NotIn":
      return typeof value !== "string" || !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}
