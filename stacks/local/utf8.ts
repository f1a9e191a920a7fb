/** Reads text files: bytes that are no UTF-8 are an error with their place, as in Beam and every YAML parser. */

import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";

/** The text of a file, or the first place in it that is no UTF-8. */
export type Utf8Text =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly line: number; readonly column: number };

/** What a decoder writes for bytes that are no UTF-8. */
const REPLACEMENT = "\ufffd";

/** Reads a file. A byte order mark is kept. */
export function readUtf8(path: string): Utf8Text {
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  if (isUtf8(bytes)) return { ok: true, text };
  const lines = text.slice(0, firstInvalid(bytes, text)).split("\n");
  return { ok: false, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Position of the first replacement that the file itself does not have. */
function firstInvalid(bytes: Buffer, text: string): number {
  const parts = text.split(REPLACEMENT);
  let [position, byte] = [0, 0];
  for (const part of parts) {
    position += part.length;
    byte += Buffer.byteLength(part);
    if (!bytes.subarray(byte, byte + 3).equals(Buffer.from(REPLACEMENT))) return position;
    position += REPLACEMENT.length;
    byte += 3;
  }
  return position;
}
