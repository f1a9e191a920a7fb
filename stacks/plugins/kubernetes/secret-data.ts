/** The server moves `stringData` of a Secret into `data`: comparing has to do the same. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { FieldPath } from "./differences";
import { isUnknown } from "./properties";

/** A Secret as the server stores it; any other object as it is. */
export function encodedSecret(object: JsonObject): JsonObject {
  const { stringData, ...rest } = object;
  if (object["kind"] !== "Secret" || object["apiVersion"] !== "v1" || !isJsonObject(stringData)) return object;
  const data = isJsonObject(rest["data"]) ? rest["data"] : {};
  const encoded = Object.entries(stringData).map(([key, value]) => [key, typeof value === "string" ? encode(value) : value]);
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}

/** The field of the program that a field of the stored Secret comes from. */
export function givenField(path: FieldPath, given: JsonObject): FieldPath {
  const [field, ...key] = path;
  const comesFromText = field === "data" && given["kind"] === "Secret" && valueAt(given, ["stringData", ...key]) !== undefined;
  return comesFromText ? ["stringData", ...key] : path;
}

function encode(value: string): string {
  return isUnknown(value) ? value : Buffer.from(value, "utf8").toString("base64");
}
