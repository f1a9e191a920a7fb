/** Templates of claims, as StatefulSets and operators have them. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";

/** Name and size of every template of a list. */
export function templatesIn(list: JsonValue | undefined): { readonly claim: string; readonly size: string }[] {
  return [list]
    .flat()
    .filter(isJsonObject)
    .flatMap((template: JsonObject) => {
      const claim = valueAt(template, ["metadata", "name"]);
      const size = valueAt(template, ["spec", "resources", "requests", "storage"]);
      return typeof claim === "string" && typeof size === "string" ? [{ claim, size }] : [];
    });
}
