/** Parts of pod templates in custom resources, as plain JSON. */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";

/** An environment variable: a value, or a key of a Secret. */
export function variable(name: string, value: string | SecretRef): JsonObject {
  return typeof value === "string" ? { name, value } : { name, valueFrom: { secretKeyRef: { name: value.name, key: value.key } } };
}

/** A volume with keys of a Secret. */
export function secretVolume({
  name,
  secret,
}: {
  readonly name: string;
  readonly secret: { readonly secretName: string; readonly items: readonly { readonly key: string; readonly path: string }[] };
}): JsonObject {
  return { name, secret: { secretName: secret.secretName, items: secret.items.map((item) => ({ ...item })) } };
}
