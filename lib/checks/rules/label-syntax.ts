/** Labels and the keys of annotations are what the API server takes. */

import type { JsonObject } from "#lib/core/json";
import type { ReleaseObject } from "#lib/release/release";
import { mapAt } from "../json-at";
import type { Finding, Rule } from "../rule";

const PREFIX = /^(?=.{1,253}\/)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\//;
const KEY = /^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** Of objects and of the pods they make. Source: Kubernetes documentation, "Labels and Selectors". */
export const labelSyntax: Rule = {
  id: "label-syntax",
  mirrors: [],
  allowed: "keys of up to 63 letters, digits, -, _ and . (with a DNS prefix), values of up to 63 of the same",
  fix: "shorten it, or move the text into an annotation",
  find: (view) => [
    ...view.release.objects.flatMap((object) => metadataFindings(object, object.manifest.metadata, "metadata")),
    ...view.release.objects.flatMap((object) => {
      const template = mapAt(mapAt(object.manifest, "spec"), "template");
      return metadataFindings(object, mapAt(template, "metadata"), "spec.template.metadata");
    }),
  ],
};

function metadataFindings(object: ReleaseObject, metadata: JsonObject, at: string): Finding[] {
  const labels = Object.entries(mapAt(metadata, "labels"));
  const keys = [
    ...labels.map(([key]) => `labels.${key}`),
    ...Object.keys(mapAt(metadata, "annotations")).map((key) => `annotations.${key}`),
  ];
  return [
    ...keys.filter((key) => !isKey(key.slice(key.indexOf(".") + 1))).map((key) => ({ object, at: `${at}.${key}`, got: "an illegal key" })),
    ...labels
      .filter(([, value]) => typeof value !== "string" || !VALUE.test(value))
      .map(([key, value]) => ({ object, at: `${at}.labels.${key}`, got: JSON.stringify(value) })),
  ];
}

function isKey(key: string): boolean {
  return KEY.test(key.replace(PREFIX, ""));
}
