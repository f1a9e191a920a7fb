/** Any code point, half of a pair included. Same as fast-check's unit `binary`, whose table of them all takes a second to build. */

import fc from "fast-check";

const of = (min: number, max: number) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code));

export const codePoint = fc.oneof(of(0, 0x7f), of(0, 0xffff), of(0x10000, 0x10ffff));
