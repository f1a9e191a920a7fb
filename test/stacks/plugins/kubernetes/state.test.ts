/** The state's shape, by which the official provider and this one take stacks over from each other. */

import { makeSecret } from "#stacks/plugins/kubernetes/properties";
import { encodedSecret } from "#stacks/plugins/kubernetes/secret-data";
import { checkpoint, parseCheckpoint } from "#stacks/plugins/kubernetes/state";

const INPUTS = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { x: "1" } };

describe("the state of a resource", () => {
  it("is the live object without field ownership, with __inputs, __initialApiVersion and __fieldManager beside it", () => {
    const live = { ...INPUTS, metadata: { name: "a", uid: "u", managedFields: [{}] } };

    expect(checkpoint({ inputs: INPUTS, live, marked: INPUTS, initialApiVersion: "v1", fieldManager: "m" })).toEqual({
      ...INPUTS,
      metadata: { name: "a", uid: "u" },
      __inputs: INPUTS,
      __initialApiVersion: "v1",
      __fieldManager: "m",
    });
  });

  it("is read back, of either provider", () => {
    const official = {
      ...INPUTS,
      metadata: { name: "a", managedFields: [{ manager: "x" }] },
      __inputs: INPUTS,
      __initialApiVersion: "v1",
      __fieldManager: "pulumi-kubernetes-12345678",
    };

    expect(parseCheckpoint(official)).toEqual({
      inputs: INPUTS,
      live: { ...INPUTS, metadata: { name: "a", managedFields: [{ manager: "x" }] } },
      initialApiVersion: "v1",
      fieldManager: "pulumi-kubernetes-12345678",
    });
  });

  it("keeps secret what was secret, also where the server moved stringData into data", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } };
    const marked = { ...secret, stringData: { a: makeSecret("x") } };
    const inputs = { ...secret, stringData: { a: "x" } };

    const state = checkpoint({ inputs, live: { ...secret, data: { a: "eA==" } }, marked, initialApiVersion: "v1", fieldManager: "m" });

    expect(state["data"]).toEqual(makeSecret({ a: "eA==" }));
    expect(state["__inputs"]).toMatchObject({ stringData: makeSecret({ a: "x" }) });
  });
});

describe("a Secret with stringData", () => {
  it("is compared as the server stores it", () => {
    expect(encodedSecret({ apiVersion: "v1", kind: "Secret", data: { b: "Yg==" }, stringData: { a: "ä" } })).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      data: { b: "Yg==", a: "w6Q=" },
    });
  });
});
