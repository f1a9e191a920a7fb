/** The order in which sections are built. */

import { z } from "zod";
import { buildOrder } from "#charts/build-order";
import { catalog } from "#lib/components/registry";
import { CycleError } from "#lib/core/order";
import { type AnySection, section } from "#lib/environment/section";
import { ref } from "#lib/kube/props";

const pin = { name: "x", licence: "MIT", source: "test", images: {}, kinds: [], kubernetes: { min: "1.30" } } as const;

function one(key: string, rest: Partial<AnySection> = {}): AnySection {
  return { ...section({ key, stage: "compute", pin, schema: z.strictObject({}), build: () => undefined }), ...rest };
}

const keys = (...sections: AnySection[]) => buildOrder(sections).map(({ key }) => key);

test("what gives a role comes before what takes it, whatever the stages and the list say", () => {
  const taker = one("taker", { stage: "foundation", schema: z.record(z.string(), z.strictObject({ pool: ref("nodePool").optional() })) });
  const declarer = one("declarer", { stage: "monitoring", declares: { nodePool: "" }, uses: ["monitoring"] });
  const giver = one("giver", { stage: "monitoring", gives: ["monitoring"] });

  expect(keys(taker, declarer, giver)).toEqual(["giver", "declarer", "taker"]);
});

test("sections that take nothing of each other are in the order of their stages, then as listed", () => {
  expect(keys(one("b"), one("late", { stage: "pipelines" }), one("a"), one("early", { stage: "foundation" }))).toEqual([
    "early",
    "b",
    "a",
    "late",
  ]);
});

test("a role that nobody gives holds nothing up, nor one that a section takes of itself", () => {
  const self = one("self", { declares: { vectorStore: "" }, schema: z.record(z.string(), z.strictObject({ copyOf: ref("vectorStore") })) });

  expect(keys(one("alone", { uses: ["beamRunner"] }), self)).toEqual(["alone", "self"]);
});

test("sections that take roles of each other in a circle are named along it", () => {
  const first = one("first", { gives: ["monitoring"], uses: ["nodeProvisioner"] });
  const second = one("second", { gives: ["nodeProvisioner"], schema: z.strictObject({ runner: ref("beamRunner") }) });
  const third = one("third", { declares: { beamRunner: "" }, uses: ["monitoring"] });

  expect(() => buildOrder([first, second, third])).toThrow(CycleError);
  expect(() => buildOrder([first, second, third])).toThrow("first -> second -> third -> first");
});

test("the catalog has an order: provisioners before pools, pools before engines and stores, these before pipelines", () => {
  const order = keys(...catalog);

  const before = (a: string, b: string) => expect(order.indexOf(a)).toBeLessThan(order.indexOf(b));
  before("karpenter", "nodePools");
  before("nodePools", "flink");
  before("nodePools", "elasticsearch");
  before("certManager", "flink");
  before("flink", "pipelines");
  before("elasticsearch", "pipelines");
  expect(order).toHaveLength(catalog.length);
});
