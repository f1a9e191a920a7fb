/** Jobs and the queues that admit them. */

import fc from "fast-check";
import { Size } from "#lib/core/size";
import { queueProblems } from "#lib/kube/queue";

const place = { id: "jobs.exceeds-quota", path: "jobs.train.queue" };
const queue = {
  name: "research",
  shares: [
    { pool: "cpu", cpu: 32, memory: Size.gibibytes(128), accelerators: 0 },
    { pool: "gpu", cpu: 16, memory: Size.gibibytes(64), accelerators: 4 },
  ],
};

test("admits pods that one pool of the queue can give, and names the quotas where none can", () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(6), fc.integer({ min: 1, max: 4 }), (cpu, accelerators, count) => {
      const fits = (count * cpu <= 32 && accelerators === 0) || (count * cpu <= 16 && count * accelerators <= 4);
      const found = queueProblems([{ count, cpu, memory: Size.gibibytes(1), accelerators }], queue, place);

      expect(found.map(({ id }) => id)).toEqual(fits ? [] : [place.id]);
    }),
  );
});

test("looks only at the pool that the pods name", () => {
  const pods = { pool: "gpu", count: 1, cpu: 20, memory: Size.gibibytes(1) };

  expect(queueProblems([pods], queue, place)).toEqual([
    {
      ...place,
      got: "1 pods of 20 CPU, 1Gi memory and 0 accelerators on pool gpu",
      allowed:
        "together at most the quota of queue research: 32 CPU, 128Gi memory, 0 accelerators on pool cpu and 16 CPU, 64Gi memory, 4 accelerators on pool gpu",
      fix: expect.stringContaining("never admitted"),
    },
  ]);
});

test("adds up the pods of a job, on each pool and on all of them", () => {
  const one = (cpu: number, pool?: string) => ({ count: 1, cpu, memory: Size.gibibytes(1), ...(pool !== undefined && { pool }) });
  const admitted = (...job: Parameters<typeof queueProblems>[0]) => queueProblems(job, queue, place).length === 0;

  expect(admitted(one(8, "cpu"), one(24, "cpu"))).toBe(true);
  expect(admitted(one(8, "cpu"), one(28, "cpu"))).toBe(false);
  expect(admitted(one(30), one(16))).toBe(true);
  expect(admitted(one(30), one(16), one(4))).toBe(false);
});
