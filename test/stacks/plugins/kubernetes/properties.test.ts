/** Secrets and unknown values survive what the provider does with properties. */

import fc from "fast-check";
import type { JsonObject, JsonValue } from "#lib/core/json";
import { annotateSecrets, dashed, hasSecrets, hasUnknowns, makeSecret, plain, underscored } from "#stacks/plugins/kubernetes/properties";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("properties", () => {
  it("lose their secret marks and their nulls on the way to the server", () => {
    expect(plain({ a: makeSecret({ b: makeSecret("x"), c: null }), d: null, e: [null, makeSecret(1)] })).toEqual({
      a: { b: "x" },
      e: [null, 1],
    });
  });

  it("are unknown when anything in them is", () => {
    expect(hasUnknowns({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(hasUnknowns({ a: "known" })).toBe(false);
  });

  it("are marked secret where the inputs are: a field in an object, a list as a whole (annotateSecrets of pulumi-kubernetes)", () => {
    const ins = { spec: { token: makeSecret("t"), args: ["a", makeSecret("b")] }, other: "x" };

    expect(annotateSecrets({ spec: { token: "t", args: ["a", "b"], plain: 1 }, other: "x" }, ins)).toEqual({
      spec: { token: makeSecret("t"), args: makeSecret(["a", "b"]), plain: 1 },
      other: "x",
    });
  });

  it("always hide the data of a Secret, whatever the inputs say", () => {
    const secret = { kind: "Secret", data: { a: "YQ==" }, stringData: { b: "b" }, type: "Opaque" };

    expect(annotateSecrets(secret, {})).toEqual({ ...secret, data: makeSecret(secret.data), stringData: makeSecret(secret.stringData) });
  });

  it("spell the x-kubernetes fields of schemas with dashes for the server and with underscores for the SDK", () => {
    const sdk = { spec: { versions: [{ schema: { x_kubernetes_preserve_unknown_fields: true, x_other: 1 } }] } };
    const server = { spec: { versions: [{ schema: { "x-kubernetes-preserve-unknown-fields": true, x_other: 1 } }] } };

    expect(dashed(sdk)).toEqual(server);
    expect(underscored(server)).toEqual(sdk);
  });

  it("keep every value under any placement of secret marks", () => {
    const json = fc
      .jsonValue({ maxDepth: 3 })
      .filter((value) => value !== null)
      .map((value) => value as JsonValue);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.array(fc.string()), (object, keys) => {
        const marked: Record<string, JsonValue> = { ...object };
        for (const key of keys) if (Object.hasOwn(marked, key)) marked[key] = makeSecret(marked[key] ?? null);
        const again = annotateSecrets(plain(object), marked);
        expect(plain(again)).toEqual(plain(object as JsonObject));
        expect(hasSecrets(again)).toBe(hasSecrets(marked));
      }),
    );
  });
});
