/** Labels and the keys of annotations are what the API server takes. */

import type { JsonObject, JsonValue } from "#lib/core/json";
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
  find: ({ release }) => {
    const isKey = remembered((key) => KEY.test(key.replace(PREFIX, "")));
    return release.objects.flatMap((object) => [
      ...metadataFindings({ object, at: "metadata" }, object.manifest.metadata, isKey),
      ...metadataFindings({ object, at: "spec.template.metadata" }, templateOf(object), isKey),
    ]);
  },
};

interface Place {
  readonly object: ReleaseObject;
  readonly at: string;
}

function templateOf({ manifest }: ReleaseObject): JsonObject {
  return mapAt(mapAt(mapAt(manifest, "spec"), "template"), "metadata");
}

function metadataFindings({ object, at }: Place, metadata: JsonObject, isKey: (key: string) => boolean): Finding[] {
  const [labels, annotations] = [mapAt(metadata, "labels"), mapAt(metadata, "annotations")];
  const illegal = (map: JsonObject, name: string): Finding[] =>
    Object.keys(map).flatMap((key) => (isKey(key) ? [] : [{ object, at: `${at}.${name}.${key}`, got: "an illegal key" }]));
  return [
    ...illegal(labels, "labels"),
    ...illegal(annotations, "annotations"),
    ...Object.keys(labels).flatMap((key) =>
      isValue(labels[key]) ? [] : [{ object, at: `${at}.labels.${key}`, got: JSON.stringify(labels[key] ?? null) }],
    ),
  ];
}

function isValue(value: JsonValue | undefined): boolean {
  return typeof value === "string" && VALUE.test(value);
}

/** A few keys stand on every object: each is looked at once. */
function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    const answer = known.get(text) ?? test(text);
    known.set(text, answer);
    return answer;
  };
}
