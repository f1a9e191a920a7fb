/** Schema findings as problems: place, what was got, what is allowed, what to do. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, nearest, schemaProblems, sizeSchema } from "#lib/core/schema";
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
  [{ replicas: "2" }, "a value of type number"],
  [{ memory: "4Gb" }, "a size such as Size.gibibytes(4), above zero and at most 8 PiB"],
  [{ memory: Size.gibibytes(-1) }, "a size such as Size.gibibytes(4), above zero and at most 8 PiB"],
  [{ timeout: Duration.seconds(0) }, "a duration such as Duration.minutes(10), above zero"],
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
