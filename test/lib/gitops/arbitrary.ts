/** Trees of JSON, made of the texts that YAML parsers disagree about more often than chance would have it. */

import fc from "fast-check";
import type { JsonObject, JsonValue } from "#lib/core/json";
import { codePoint } from "../code-point";
import { awkward } from "./awkward";

const text = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: codePoint, maxLength: 20 }).filter((value) => !/\p{Surrogate}/u.test(value)),
  fc.array(fc.constantFrom(...awkward), { maxLength: 4 }).map((lines) => lines.join("\n")),
);

/** JSON has one zero: the sign of the other is lost before YAML sees it. */
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
);

/** Any JSON value that YAML can carry. */
export const { tree } = fc.letrec<{ tree: JsonValue; object: JsonObject }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(text, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
}));
