/** A disruption budget protects pods only if its selector selects some. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { groupKind, groupOf, type KubeObject } from "#lib/kube/object";
import { definedKind } from "#lib/kube/references";
import type { ReleaseObject } from "#lib/release/release";
import { mapAt } from "../json-at";
import { selects } from "../label-selector";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** Every budget, also one inside of a custom resource, selects pods of the release in its namespace. */
export const disruptionBudgetSelects: Rule = {
  id: "disruption-budget-selects",
  mirrors: ["popeye POP-900"],
  allowed: "a selector that matches pods of the namespace",
  fix: "give it the labels of the pods",
  find: (view) =>
    view.release.objects.flatMap((object): Finding[] =>
      budgetsOf(object).flatMap(({ at, spec }) => {
        const { namespace } = object.manifest.metadata;
        const missing = whyNothing(spec, podLabelsIn(view, namespace));
        // The pods of a chart are not known here.
        const isUnknown = isJsonObject(spec["selector"]) && view.release.helmReleases.some((chart) => chart.namespace === namespace);
        return missing === undefined || isUnknown ? [] : [{ object, at: `${at}.selector`, got: missing }];
      }),
    ),
};

interface Budget {
  readonly at: string;
  readonly spec: JsonObject;
}

function budgetsOf({ manifest }: ReleaseObject): Budget[] {
  if (groupKind(manifest) === "policy/PodDisruptionBudget") return [{ at: "spec", spec: mapAt(manifest, "spec") }];
  if (definedKind(manifest) || isBuiltInGroup(groupOf(manifest.apiVersion))) return [];
  return budgetsBelow(manifest["spec"], "spec");
}

/** In a custom resource, an object with one of the two limits of a budget. */
function budgetsBelow(value: JsonValue | undefined, at: string): Budget[] {
  if (!isJsonObject(value)) return [];
  if (/podDisruptionBudget\.spec$/i.test(at)) return "minAvailable" in value || "maxUnavailable" in value ? [{ at, spec: value }] : [];
  return Object.keys(value).flatMap((key) => budgetsBelow(value[key], `${at}.${key}`));
}

/** An absent selector selects no pod, an empty one all pods of the namespace (policy/v1). */
function whyNothing({ selector }: JsonObject, labels: readonly JsonObject[]): string | undefined {
  if (!isJsonObject(selector)) return "no selector: it protects no pod";
  return labels.some((one) => selects(selector, one)) ? undefined : `${JSON.stringify(selector)}, which no pod has`;
}

function podLabelsIn({ release, ownedKind }: ReleaseView, namespace: string | undefined): JsonObject[] {
  return release.objects
    .filter(({ manifest }) => manifest.metadata.namespace === namespace)
    .flatMap(({ manifest }): readonly JsonObject[] => {
      const made = ownedKind(manifest)?.podLabels?.(manifest);
      return made ?? [templateLabels(manifest)];
    });
}

function templateLabels(manifest: KubeObject): JsonObject {
  return mapAt(mapAt(mapAt(mapAt(manifest, "spec"), "template"), "metadata"), "labels");
}
