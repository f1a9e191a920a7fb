/** Tokens, URNs and ids by the rules of pulumi-kubernetes. */

import { gvkOf, idOf, isListToken, isPatchToken, parseId, parseUrn } from "#stacks/plugins/kubernetes/token";

describe("a type token", () => {
  it.each([
    ["kubernetes:core/v1:ConfigMap", "v1", "ConfigMap"],
    ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
    ["kubernetes:flink.apache.org/v1beta1:FlinkDeployment", "flink.apache.org/v1beta1", "FlinkDeployment"],
  ])("%s names %s %s", (token, apiVersion, kind) => {
    expect(gvkOf(token)).toEqual({ apiVersion, kind });
  });

  it("of a CustomResource with the core apiVersion v1 is refused as the official provider refuses it", () => {
    expect(() => gvkOf("kubernetes:v1:ConfigMap")).toThrow('apiVersion does not have both a group and a version: "v1"');
  });

  it("of another package is refused", () => {
    expect(() => gvkOf("aws:s3/v1:Bucket")).toThrow("unrecognized resource type");
  });

  it("tells lists and patches", () => {
    expect(isListToken("kubernetes:core/v1:ConfigMapList")).toBe(true);
    expect(isPatchToken("kubernetes:core/v1:ConfigMapPatch", "ConfigMap")).toBe(true);
    expect(isPatchToken("kubernetes:core/v1:ConfigMap", "ConfigMap")).toBe(false);
  });
});

describe("a URN", () => {
  it("ends with the resource's own type and its name, colons included", () => {
    expect(parseUrn("urn:pulumi:dev::proj::my:mod:Comp$kubernetes:core/v1:ConfigMap::a::b")).toEqual({
      type: "kubernetes:core/v1:ConfigMap",
      name: "a::b",
    });
  });
});

describe("a resource id", () => {
  it("is namespace/name, or the name alone", () => {
    expect(idOf("n", "a")).toBe("n/a");
    expect(idOf(undefined, "a")).toBe("a");
    expect(parseId("n/a")).toEqual({ namespace: "n", name: "a" });
    expect(parseId("a")).toEqual({ namespace: "", name: "a" });
  });
});
