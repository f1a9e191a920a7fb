import fc from "fast-check";
import { accepts, compareVersions, parseVersion } from "#stacks/local/toolchain/versions";

test.each([
  ["v3.259.0", "3.259.0"],
  ["Kubernetes v1.34.2", "1.34.2"],
  ["etcd Version: 3.6.13\nGit SHA: abc\nGo Version: go1.26.8", "3.6.13"],
  ["kwok version v0.7.0 go1.26.8 (linux/amd64)", "0.7.0"],
  ["go version go1.26.8 linux/amd64", "1.26.8"],
  ["Kubernetes v1.34.2+k3s1", "1.34.2"],
])("reads the version in %j", (output, version) => {
  expect(parseVersion(output)).toBe(version);
});

test.each(["", "unknown", "v1.34", "10.0.0.1", "1.2.3.4"])("finds no version in %j", (output) => {
  expect(parseVersion(output)).toBeUndefined();
});

test("compares by numbers, not by text", () => {
  expect(compareVersions("1.9.0", "1.10.0")).toBeLessThan(0);
});

const version = fc.tuple(fc.nat(2000), fc.nat(2000), fc.nat(2000)).map((numbers) => numbers.join("."));

test("a range holds its lower end, not its upper one, and what lies between", () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const [low = a, middle = b, high = c] = [a, b, c].sort(compareVersions);
      fc.pre(compareVersions(low, high) < 0);
      expect(accepts([low, high], low)).toBe(true);
      expect(accepts([low, high], high)).toBe(false);
      expect(accepts([low, high], middle)).toBe(compareVersions(middle, high) < 0);
    }),
  );
});
