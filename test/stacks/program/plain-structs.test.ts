/** Structs kept plain are the same on the wire, and to their readers, as those of the generated classes. */

import fc from "fast-check";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { keepStructsPlain } from "#stacks/program/plain-structs";

type Fields = Record<string, JavaScriptValue>;

const anyFields = fc
  .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 })
  .map((fields): string => JSON.stringify(fields))
  .filter((text) => !text.includes("__proto__"))
  .map((text): Fields => JSON.parse(text));

/** What the generated classes make of some values, before they are replaced. */
const samples = [
  ...fc.sample(anyFields, 500),
  {},
  { empty: "", zero: 0, no: false, nothing: null, list: [], struct: {} },
  { "10": 1, "9": 2 },
].map((fields) => ({ fields, bytes: Struct.fromJavaScript(fields).serializeBinary() }));

keepStructsPlain();
keepStructsPlain();

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("writes the same bytes", () => {
  for (const { fields, bytes } of samples) expect(hex(Struct.fromJavaScript(fields).serializeBinary())).toBe(hex(bytes));
});

test("reads them back", () => {
  for (const { fields, bytes } of samples)
    expect(JSON.stringify(sorted(Struct.deserializeBinary(bytes).toJavaScript()))).toBe(JSON.stringify(sorted(fields)));
});

test("gives the classes on request, and keeps their changes", () => {
  for (const { bytes } of samples) {
    const struct = Struct.deserializeBinary(bytes);
    struct.getFieldsMap();
    expect(hex(struct.serializeBinary())).toBe(hex(bytes));
    struct.getFieldsMap().clear();
    expect(struct.toJavaScript()).toEqual({});
  }
});

test("refuses values that JSON lacks", () => {
  const fields = { a: { b: undefined } } as unknown as Fields;
  expect(() => Struct.fromJavaScript(fields).serializeBinary()).toThrow("b is no JSON: undefined");
});

test("keeps the key that the classes lose", () => {
  const fields = JSON.parse('{"__proto__":{"a":1}}') as Fields;
  const read = Struct.deserializeBinary(Struct.fromJavaScript(fields).serializeBinary()).toJavaScript();

  expect(JSON.stringify(read)).toBe('{"__proto__":{"a":1}}');
});

/** Maps of the wire have no order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
