/** Names that are made up, kept, or left alone, as in pulumi-kubernetes. */

import type { JsonObject } from "#lib/core/json";
import { named } from "#stacks/plugins/kubernetes/naming";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SOURCE = { resource: "web", seed: new Uint8Array([1, 2, 3]) };
const metadata = (object: JsonObject) => object["metadata"];

describe("an object without a name", () => {
  it("gets the resource's name and seven hex digits of the engine's seed, the same for the same seed, and says so", () => {
    const first = named({}, {}, SOURCE);

    expect(metadata(first)).toEqual({ name: expect.stringMatching(/^web-[0-9a-f]{7}$/), annotations: { "pulumi.com/autonamed": "true" } });
    expect(named({}, {}, SOURCE)).toEqual(first);
    expect(named({}, {}, { ...SOURCE, seed: new Uint8Array([9]) })).not.toEqual(first);
  });

  it("keeps the name that was made up for it before", () => {
    const old = { metadata: { name: "web-abc1234", annotations: { "pulumi.com/autonamed": "true" } } };

    expect(named({ metadata: { labels: { a: "b" } } }, old, SOURCE)).toEqual({
      metadata: { labels: { a: "b" }, name: "web-abc1234", annotations: { "pulumi.com/autonamed": "true" } },
    });
  });

  it("takes the name that the engine proposes", () => {
    const autonaming = { mode: "enforce", proposedName: "mine" } as const;

    expect(metadata(named({}, {}, { ...SOURCE, autonaming }))).toMatchObject({ name: "mine" });
  });

  it("is refused where autonaming is disabled", () => {
    expect(() => named({}, {}, { ...SOURCE, autonaming: { mode: "disable", proposedName: "" } })).toThrow("set metadata.name");
  });
});

describe("an object", () => {
  it.each([
    ["with a name", { metadata: { name: "a" } }],
    ["with a name that is not known yet", { metadata: { name: UNKNOWN } }],
    ["with a generateName", { metadata: { generateName: "a-" } }],
    ["with metadata that are not known yet", { metadata: UNKNOWN }],
  ])("%s is left alone", (_what, inputs) => {
    expect(named(inputs, {}, SOURCE)).toEqual(inputs);
  });
});
