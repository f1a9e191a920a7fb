/** Quantities as Kubernetes counts them. */

import fc from "fast-check";
import { isQuantityPath, quantityUnits, sameQuantity } from "#stacks/plugins/kubernetes/quantity";

describe("a quantity", () => {
  it.each([
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["2e3", "2k"],
    ["2E3", "2000"],
    ["1E", "1000P"],
    [1, "1"],
    ["-1", "-1000m"],
    [".5", "0.5"],
  ])("%s is %s", (a, b) => {
    expect(sameQuantity(a, b)).toBe(true);
  });

  it.each(["", "1.2.3", "1ki", "abc", "1e99999", null, true, {}])("%p is none", (value) => {
    expect(quantityUnits(value)).toBeUndefined();
  });

  it("is equal to another exactly when the numbers are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), (a, b) => {
        expect(sameQuantity(`${a}m`, String(b))).toBe(a === b * 1_000);
        expect(sameQuantity(`${a}Ki`, String(b))).toBe(a * 1_024 === b);
      }),
    );
  });

  it("is looked for only where built-in kinds have quantities", () => {
    expect(isQuantityPath(["spec", "containers", 0, "resources", "limits", "cpu"])).toBe(true);
    expect(isQuantityPath(["spec", "hard", "requests.nvidia.com/gpu"])).toBe(true);
    expect(isQuantityPath(["spec", "metrics", 0, "resource", "target", "value"])).toBe(true);
    expect(isQuantityPath(["spec", "containers", 0, "env", 0, "value"])).toBe(false);
    expect(isQuantityPath(["data", "cpu"])).toBe(false);
  });
});
