/** Quantities as numbers. */

import fc from "fast-check";
import { exceeds, formatCores, parseQuantity } from "#lib/kube/quantity";

test.each([
  ["0", 0],
  ["100m", 0.1],
  ["1.5", 1.5],
  ["2k", 2000],
  ["1e3", 1000],
  ["1E3", 1000],
  ["4Ki", 4096],
  ["1.5Gi", 1.5 * 1024 ** 3],
  ["3E", 3e18],
  [".5", 0.5],
])("reads %s", (text, amount) => {
  expect(parseQuantity(text)).toBeCloseTo(amount, 9);
});

test.each(["", "Gi", "1 Gi", "1gi", "1Kib", "--1", "1e", "0x10", "NaN"])("refuses %j", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test("reads back every number of cores it writes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (thousandths) => {
      expect(parseQuantity(formatCores(thousandths / 1000))).toBeCloseTo(thousandths / 1000, 6);
    }),
  );
});

test("takes a sum of fractions for what it is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (count) => {
      const sum = Array.from({ length: count }, () => 0.1).reduce((total, each) => total + each, 0);
      expect(exceeds(sum, count / 10)).toBe(false);
      expect(exceeds(sum + 0.001, count / 10)).toBe(true);
    }),
  );
});
