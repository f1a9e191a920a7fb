/** JSONPath as pulumi-kubernetes takes it. */

import fc from "fast-check";
import { parseJsonPath, select } from "#stacks/plugins/kubernetes/awaits/json-path";

const OBJECT = {
  status: {
    phase: "Running",
    "a.b": 1,
    conditions: [
      { type: "Ready", status: "True", n: 3 },
      { type: "Synced", status: "False", n: 5 },
    ],
  },
};

const at = (path: string) => select(OBJECT, parseJsonPath(path));

describe("a JSONPath", () => {
  it.each([
    [".status.phase", ["Running"]],
    ["$.status.phase", ["Running"]],
    [".status['a.b']", [1]],
    ['.status["a.b"]', [1]],
    [".status.conditions[0].type", ["Ready"]],
    [".status.conditions[-1].type", ["Synced"]],
    [".status.conditions[*].status", ["True", "False"]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?@.type != 'Ready'].status", ["False"]],
    [".status.conditions[?(@.n > 3)].type", ["Synced"]],
    [".status.conditions[?(@.n >= 3 && @.status == 'True')].type", ["Ready"]],
    [".status.conditions[?(@.missing)].type", []],
    [".status.conditions[?(@.type > 1)].type", []],
    ["..type", ["Ready", "Synced"]],
    [".nothing.at.all", []],
  ])("%s selects %j", (path, values) => {
    expect(at(path)).toEqual(values);
  });

  it.each(["status", ".", ".a[", ".a[x]", ".a[0", ".a[?(b)]", ".a[?(@.b == )]", ".a[?(@.b==1]"])("%s is refused with its place", (path) => {
    expect(() => parseJsonPath(path)).toThrow(/at position \d+ of the JSONPath/);
  });

  it("finds any member by its quoted name", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer(), (name, value) => {
        fc.pre(name !== "__proto__");
        const quoted = name.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
        expect(select({ [name]: value }, parseJsonPath(`['${quoted}']`))).toEqual([value]);
      }),
    );
  });

  it("never throws on an object, whatever it holds", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(select(value as never, parseJsonPath("..a[?(@.b==1)][0].c")))));
  });
});
