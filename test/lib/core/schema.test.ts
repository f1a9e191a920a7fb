/** Schema findings as problems: place, what was got, what is allowed, what to do. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, nearest, sizeSchema } from "#lib/core/schema";
import { schemaProblems } from "#lib/core/schema-problems";
import { Size } from "#lib/core/size";

const schema = z.strictObject({
  replicas: z.int().min(1).max(3).optional(),
  memory: sizeSchema.optional(),
  timeout: durationSchema.optional(),
  image: imageSchema.optional(),
  pools: z
    .record(
      z.string(),
      z.discriminatedUnion("type", [
        z.strictObject({ type: z.literal("plain"), nodes: z.int() }),
        z.strictObject({ type: z.literal("cloud"), zone: z.string() }),
      ]),
    )
    .optional(),
});

test("accepts what is right", () => {
  const value = {
    replicas: 2,
    memory: Size.gibibytes(1),
    timeout: Duration.minutes(1),
    image: "a:1",
    pools: { x: { type: "plain", nodes: 1 } },
  };

  expect(schemaProblems(schema, value)).toEqual([]);
});

test("an unknown key names the key that was meant", () => {
  expect(schemaProblems(schema, { replica: 2 }, "flink")).toEqual([
    {
      id: "spec.unknown-key",
      path: "flink.replica",
      got: 'the unknown key "replica"',
      allowed: "image, memory, pools, replicas, timeout",
      fix: "did you mean replicas?",
    },
  ]);
});

test("a wrong key of a tagged union names the keys of the member that the tag chose", () => {
  const [problem] = schemaProblems(schema, { pools: { gpu: { type: "plain", nodes: 1, zones: "a" } } });

  expect(problem).toMatchObject({ id: "spec.unknown-key", path: "pools.gpu.zones", allowed: "nodes, type" });
});

test("an unknown tag says which tags there are", () => {
  const [problem] = schemaProblems(schema, { pools: { gpu: { type: "azure" } } });

  expect(problem?.path).toBe("pools.gpu.type");
  expect(problem?.allowed).toMatch(/plain.*cloud/);
});

test.each([
  [{ replicas: 0 }, "at least 1"],
  [{ replicas: 9 }, "at most 3"],
  [{ replicas: "2" }, "a number"],
  [{ memory: "4Gb" }, "a size such as Size.gibibytes(4): whole bytes, above zero, at most 8 PiB"],
  [{ memory: Size.gibibytes(-1) }, "a size such as Size.gibibytes(4): whole bytes, above zero, at most 8 PiB"],
  [{ timeout: Duration.seconds(0) }, "a duration such as Duration.minutes(10): whole seconds, above zero"],
  [{ image: "flink:latest" }, "an image with a tag other than latest, or a digest"],
])("%p is told what is allowed", (value, allowed) => {
  expect(schemaProblems(schema, value)).toMatchObject([{ allowed }]);
});

test("reports all problems at once", () => {
  expect(schemaProblems(schema, { replicas: 0, memory: "x", image: "latest:latest", typo: 1 })).toHaveLength(4);
});

test("suggests nothing where nothing is near", () => {
  expect(nearest("zzz", ["replicas", "memory"])).toBeUndefined();
});

describe("one cause is one problem, with the words of its place", () => {
  const forms = z.strictObject({
    cores: z.number().positive().optional(),
    restart: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("none") }),
        z.strictObject({ type: z.literal("fixed-delay"), attempts: z.int() }),
        z.strictObject({ type: z.literal("rate"), failures: z.int() }),
      ])
      .optional(),
    level: z.union([z.literal("restricted"), z.strictObject({ level: z.enum(["baseline"]), reason: z.string() })]).optional(),
    after: z.union([durationSchema, z.literal("never")]).optional(),
    terms: z.array(z.union([z.strictObject({ id: z.string() }), z.strictObject({ tags: z.record(z.string(), z.string()) })])).optional(),
    names: z.record(z.string().regex(/^[a-z]+$/, { error: "a to z" }), z.string()).optional(),
  });

  test.each<[string, object, { path: string; got?: string; allowed?: string; fix?: string }]>([
    ["NaN is not null", { cores: Number.NaN }, { path: "cores", got: "NaN", allowed: "a number" }],
    ["an open bound", { cores: 0 }, { path: "cores", allowed: "more than 0" }],
    [
      "a misspelt required key",
      { restart: { type: "fixed-delay", atempts: 1 } },
      { path: "restart.atempts", allowed: "attempts, type", fix: "did you mean attempts?" },
    ],
    [
      "a key of another member",
      { restart: { type: "none", attempts: 1 } },
      { path: "restart.attempts", fix: 'remove it, or set type to "fixed-delay", which has attempts' },
    ],
    ["a misspelt tag", { restart: { type: "fixed-dely" } }, { path: "restart.type", fix: 'did you mean "fixed-delay"?' }],
    [
      "a tag alone",
      { restart: "none" },
      { path: "restart", allowed: 'an object with type "none" | "fixed-delay" | "rate"', fix: 'write { type: "none" }' },
    ],
    ["a misspelt word of a union", { level: "restrictd" }, { path: "level", fix: 'did you mean "restricted"?' }],
    ["the forms of a union", { level: "weak" }, { path: "level", allowed: '"restricted" or an object with level, reason' }],
    ["the member with the same keys", { level: { level: "baseline", reson: "x" } }, { path: "level.reson", fix: "did you mean reason?" }],
    ["one of several members", { terms: [{ idd: "x" }] }, { path: "terms[0].idd", allowed: "id", fix: "did you mean id?" }],
    ["two letters in the wrong order", { after: "nevre" }, { path: "after", fix: 'did you mean "never"?' }],
    ["a wrong name", { names: { A: "x" } }, { path: "names.A", allowed: "a to z", fix: "rename it" }],
  ])("%s", (_what, value, expected) => {
    expect(schemaProblems(forms, value)).toEqual([expect.objectContaining(expected)]);
  });

  test.each([
    [{ memory: "4Gi" }, "write Size.gibibytes(4)"],
    [{ timeout: "5m" }, "write Duration.minutes(5)"],
    [{ memory: "5m" }, "set memory to what is allowed"],
  ])("a quantity as Kubernetes writes it is told as ours: %p", (value, fix) => {
    expect(schemaProblems(schema, value)).toMatchObject([{ fix }]);
  });
});

test("no word is near to one that shares no letter with it", () => {
  expect(nearest("b", ["a"])).toBeUndefined();
});
