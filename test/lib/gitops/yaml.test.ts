import fc from "fast-check";
import { parse } from "yaml";
import { toYaml, UnwritableError } from "#lib/gitops/yaml";
import { tree } from "./arbitrary";
import { awkward } from "./awkward";

describe.each(["1.1", "1.2"] as const)("a YAML %s parser", (version) => {
  test.each(awkward.map((value) => [JSON.stringify(value), value]))("reads %s back, as value, item and key", (_name, value) => {
    const object = { value, items: [value, [value]], [value]: { [value]: value } };

    expect(parse(toYaml(object), { version, merge: true })).toEqual(object);
  });

  test("reads back every tree", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(parse(toYaml({ value }), { version, merge: true })).toEqual({ value });
      }),
      { numRuns: 60 },
    );
  });
});

test("plain words, names, paths and images stay unquoted, texts of several lines become blocks", () => {
  const written = toYaml({
    kind: "ConfigMap",
    image: "quay.io/org/image:v1.2",
    data: { "pipeline.yaml": "pipeline:\n  type: chain\n\n  # end\n", short: "a\nb" },
    args: ["--flag", "x", "on"],
    empty: { list: [], object: {} },
    list: [{ name: "a", port: 80 }, { name: "b" }],
  });

  expect(written).toBe(`kind: ConfigMap
image: quay.io/org/image:v1.2
data:
  pipeline.yaml: |
    pipeline:
      type: chain

      # end
  short: |-
    a
    b
args:
  - "--flag"
  - x
  - "on"
empty:
  list: []
  object: {}
list:
  - name: a
    port: 80
  - name: b
`);
});

test("leaves absent keys out and keeps the order of the others", () => {
  expect(toYaml({ b: 1, gone: undefined, a: { gone: undefined } })).toBe("b: 1\na: {}\n");
});

test("a float keeps its point, so that YAML 1.1 does not read a string", () => {
  expect(toYaml({ big: 1e21, small: -1e-7, half: 0.5 })).toBe("big: 1.0e+21\nsmall: -1.0e-7\nhalf: 0.5\n");
});

test.each([
  ["half a surrogate pair in a value", { a: ["x", { b: "\ud800" }] }, ["a", "1", "b"]],
  ["half a surrogate pair in a key", { a: { "\udc00": 1 } }, ["a", "\udc00"]],
  ["an infinite number", { a: Number.POSITIVE_INFINITY }, ["a"]],
])("refuses %s and says where", (_name, value, path) => {
  expect(() => toYaml(value)).toThrow(expect.objectContaining({ name: "UnwritableError", path }));
  expect(() => toYaml(value)).toThrow(UnwritableError);
});
