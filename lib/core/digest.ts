/** Digests of JSON values: same value, same digest, on every machine. */

import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue } from "./json";

/** SHA-256 of the canonical text of a value, lower-case hex. */
export function digest(value: JsonValue): string {
  return digestText(canonicalJson(value));
}

/** SHA-256 of a text, lower-case hex. */
export function digestText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
