/** Field-by-field differences, and their paths as Pulumi writes them. */

import fc from "fast-check";
import type { JsonObject } from "#lib/core/json";
import { differences, formatPath, isWithin, parsePath } from "#stacks/plugins/kubernetes/differences";
import { prune, valueLike } from "#stacks/plugins/kubernetes/prune";

const compare = (live: JsonObject, wanted: JsonObject, quantities = false) =>
  differences(live, wanted, { quantities }).map(({ path, kind }) => `${kind} ${formatPath(path)}`);

describe("the differences of two objects", () => {
  it("name the outermost field that is new or gone, and the innermost that changed", () => {
    const live = { spec: { a: 1, gone: { x: 1 }, list: [{ n: "a", v: 1 }] } };
    const wanted = { spec: { a: 2, fresh: { y: 1 }, list: [{ n: "a", v: 2 }, { n: "b" }] } };

    expect(compare(live, wanted)).toEqual([
      "update spec.a",
      "add spec.fresh",
      "delete spec.gone",
      "update spec.list[0].v",
      "add spec.list[1]",
    ]);
  });

  it("are some between nothing and an empty object: as a network policy's selector it selects everything", () => {
    expect(compare({ a: {} }, { b: [], c: {} })).toEqual(["delete a", "add b", "add c"]);
    expect(compare({ from: [{ podSelector: {}, namespaceSelector: {} }] }, { from: [{ podSelector: {} }] })).toEqual([
      "delete from[0].namespaceSelector",
    ]);
  });

  it("are none between nothing and null", () => {
    expect(compare({ a: null }, { b: null })).toEqual([]);
  });

  it("are some between no item and an empty one: it allows everything in a network policy", () => {
    expect(compare({}, { ingress: [{}] })).toEqual(["add ingress"]);
  });

  it("are none between quantities of built-in kinds that mean the same", () => {
    const live = { resources: { limits: { cpu: "1", memory: "1Gi" } } };
    const wanted = { resources: { limits: { cpu: "1000m", memory: "1024Mi" } } };

    expect(compare(live, wanted, true)).toEqual([]);
    expect(compare(live, wanted, false)).toHaveLength(2);
  });

  it("are none for an object and itself, whatever it is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) =>
        expect(compare(object as JsonObject, object as JsonObject)).toEqual([]),
      ),
    );
  });
});

describe("a field path", () => {
  it("quotes what Pulumi quotes", () => {
    expect(formatPath(["metadata", "annotations", "a.b/c", 'x"y', "z"])).toBe('metadata.annotations["a.b/c"]["x\\"y"].z');
  });

  it("reads back as it was written", () => {
    const step = fc.oneof(fc.nat(99), fc.stringMatching(/^[a-zA-Z_/."[\] -]{1,8}$/));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (path) => {
        fc.pre(!path.some((name) => typeof name === "string" && name.trim() === ""));
        expect(parsePath(formatPath(["root", ...path]))).toEqual(["root", ...path]);
      }),
    );
  });

  it("is within a pattern with wildcards", () => {
    expect(isWithin(parsePath("spec.containers[0].image"), parsePath("spec.containers[*]"))).toBe(true);
    expect(isWithin(parsePath("spec.replicas"), parsePath("spec.replicas.x"))).toBe(false);
  });
});

describe("a live object cut to the shape of the inputs", () => {
  it("loses what the cluster added", () => {
    const live = { spec: { replicas: 1, strategy: {}, containers: [{ name: "c", image: "i", pull: "Always" }] }, status: {} };

    expect(prune(live, { spec: { replicas: 2, containers: [{ name: "c", image: "j" }] } })).toEqual({
      spec: { replicas: 1, containers: [{ name: "c", image: "i" }] },
    });
  });

  it("finds list items by name where admission put its own before ours", () => {
    const live = { containers: [{ name: "sidecar" }, { name: "c", image: "i" }] };

    expect(prune(live, { containers: [{ name: "c", image: "i" }] })).toEqual({ containers: [{ name: "c", image: "i" }] });
  });

  it("keeps lists without names by position", () => {
    expect(prune({ args: ["a", "b", "c"] }, { args: ["x", "y"] })).toEqual({ args: ["a", "b"] });
  });
});

describe("a value at a path of the inputs", () => {
  const inputs = { containers: [{ name: "c", image: "i" }], tolerations: [{ key: "ours", operator: "Exists" }] };
  const live = {
    containers: [
      { name: "sidecar", image: "s" },
      { name: "c", image: "i" },
    ],
    tolerations: [{ key: "theirs" }, { key: "ours", operator: "Exists" }],
  };

  it("is found by the name of the list item where admission put its own before ours", () => {
    expect(valueLike(inputs, live, parsePath("containers[0].image"))).toBe("i");
  });

  it("is the whole list where the items have no names", () => {
    expect(valueLike(inputs, live, parsePath("tolerations[0].key"))).toEqual(live.tolerations);
  });

  it("is nothing where the object has none", () => {
    expect(valueLike(inputs, {}, parsePath("containers[0].image"))).toBeUndefined();
    expect(valueLike(inputs, { containers: [{ name: "other" }] }, parsePath("containers[0].image"))).toBeUndefined();
  });
});
