/** Requests are rationed only for those who ask for it. */

import { rateLimit } from "#stacks/cluster/rate-limit";

describe("a ration of requests", () => {
  it("lets a burst pass at once and makes each further one wait longer", async () => {
    const waits: number[] = [];
    const admit = rateLimit(10, 3, async (ms) => {
      waits.push(Math.round(ms / 10) * 10);
    });

    for (let request = 0; request < 6; request++) await admit();

    expect(waits).toEqual([100, 200, 300]);
  });
});
