/** JSON: canonical text is one text per value. */

import fc from "fast-check";
import { digest } from "#lib/core/digest";
import { canonicalJson, type JsonValue, sortKeys, valueAt } from "#lib/core/json";

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

test("canonical text reads back as the same value", () => {
  fc.assert(fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))));
});

test("the order of keys changes neither text nor digest", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(record));
      expect(digest(reversed)).toBe(digest(record));
    }),
  );
});

test("a key called __proto__ stays a key", () => {
  const value = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as JsonValue;

  expect(canonicalJson(sortKeys(value))).toBe('{"__proto__":{"polluted":true},"a":1}');
});

test("a path that leaves the value gives nothing, inherited names included", () => {
  expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
  expect(valueAt({ a: 1 }, ["a", "b"])).toBeUndefined();
  expect(valueAt({}, ["constructor"])).toBeUndefined();
});
