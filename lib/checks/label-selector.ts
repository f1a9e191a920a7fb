/** Label selectors. Source: Kubernetes documentation, "Labels and Selectors": all of matchLabels, all of matchExpressions. */

import type { JsonObject } from "#lib/core/json";
import { listAt, mapAt, textsAt } from "./json-at";

/** Does a label selector select a pod with these labels? */
export function selects(selector: JsonObject, labels: JsonObject): boolean {
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
