/** No secret stands as plain text in any object or Helm release: it would be in Git, in the state and in the output. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import { type SecretPlace, secretPlaces } from "#lib/core/secret-text";
import { definedKind } from "#lib/kube/references";
import type { Rule } from "../rule";

/** Each kind of secret is told, its text is not. */
export const noSecretInClearText: Rule = {
  id: "no-secret-in-clear-text",
  mirrors: ["CKV_K8S_35", "KSV-0109", "C-0012"],
  allowed: "configuration without secrets; valueFrom.secretKeyRef for variables",
  fix: "put the value into a Secret and reference its key",
  find: ({ release, ownedKind }) => [
    ...release.objects.flatMap((object) => {
      const { apiVersion, kind, metadata, ...rest } = object.manifest;
      // A definition describes objects and holds none; data of a Secret has a rule of its own.
      if (definedKind(object.manifest) || (kind === "Secret" && apiVersion === "v1")) return [];
      const { annotations } = metadata;
      const plain = withoutEncrypted(rest, ownedKind(object.manifest)?.encryptedAt);
      return findings(object, [...secretPlaces(plain), ...secretPlaces(annotations && { ...annotations }, "metadata.annotations")]);
    }),
    ...release.helmReleases.flatMap((chart) => findings(chart, secretPlaces(chart.values, "values"))),
  ],
};

/** The component has told ciphertexts from plain text. */
function withoutEncrypted({ spec, ...rest }: JsonObject, field: string | undefined): JsonObject {
  if (field === undefined || !isJsonObject(spec)) return { ...rest, ...(spec !== undefined && { spec }) };
  const { [field]: _encrypted, ...plain } = spec;
  return { ...rest, spec: plain };
}

function findings<T>(object: T, places: readonly SecretPlace[]) {
  return places.map(({ at, what }) => ({ object, at, got: what }));
}
