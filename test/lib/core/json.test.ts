/** JSON: canonical text is one text per value. */

import fc from "fast-check";
import { parse } from "yaml";
import { digest } from "#lib/core/digest";
import { canonicalJson, type JsonValue, sortKeys, valueAt, yamlSafeJson } from "#lib/core/json";

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

test("canonical text reads back as the same value", () => {
  fc.assert(fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))));
});

test("JSON for readers of YAML is JSON, without a character that YAML refuses or changes", () => {
  const odd = fc.string({
    unit: fc.constantFrom("\u007f", "\u0085", "\u009f", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", " ", "a", "ä"),
  });
  fc.assert(
    fc.property(fc.dictionary(odd, fc.oneof(odd, json)), (value) => {
      const text = yamlSafeJson(value);

      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/);
    }),
  );
});

test.each(["1.1", "1.2"] as const)("a parser of YAML %s reads such JSON as the same value", (version) => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(fc.array(text), (value) => expect(parse(yamlSafeJson(value), { version })).toEqual(value)),
    { numRuns: 60 },
  );
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
