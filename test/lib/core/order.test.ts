/** Ordering: levels respect every dependency, cycles are named. */

import fc from "fast-check";
import { CycleError, levels } from "#lib/core/order";

/** An acyclic graph: every node depends on earlier ones only. */
const acyclic = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 40 }).map((raw) => {
  const nodes = raw.map((_, i) => `n${i}`);
  const needs = new Map(raw.map((list, i) => [`n${i}`, i === 0 ? [] : list.map((n) => `n${n % i}`)]));
  return { nodes, needs };
});

test("a node stands above everything it depends on, and exactly one above the highest", () => {
  fc.assert(
    fc.property(acyclic, ({ nodes, needs }) => {
      const level = levels(nodes, needs);
      for (const node of nodes) {
        const below = (needs.get(node) ?? []).map((need) => level.get(need) ?? Number.NaN);
        expect(level.get(node)).toBe(below.length === 0 ? 0 : Math.max(...below) + 1);
      }
    }),
  );
});

test("the order of the nodes does not change their levels", () => {
  fc.assert(
    fc.property(acyclic, ({ nodes, needs }) => {
      const sorted = (map: Map<string, number>) => [...map].sort();
      expect(sorted(levels([...nodes].reverse(), needs))).toEqual(sorted(levels(nodes, needs)));
    }),
  );
});

test("ignores a dependency on what is no node", () => {
  expect(levels(["a"], new Map([["a", ["elsewhere"]]])).get("a")).toBe(0);
});

test("names the nodes along a cycle", () => {
  const needs = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b"]],
    ["d", []],
  ]);

  expect(() => levels(["a", "b", "c", "d"], needs)).toThrow(new CycleError(["b", "c", "b"]).message);
});
