/** The one retry policy, on a clock of its own. */

import fc from "fast-check";
import { ApiError, ConnectionError, errorOf } from "#stacks/cluster/api-error";
import { backoffMs, isTransient, type RetryPolicy, withRetry } from "#stacks/cluster/retry";

function clock(policy: RetryPolicy = {}) {
  let time = 0;
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    time += ms;
  };
  return { waits, policy: { ...policy, sleep, now: () => time, jitter: () => 1 } };
}

function failing(errors: readonly Error[]): () => Promise<string> {
  const queue = [...errors];
  return async () => {
    const error = queue.shift();
    if (error) throw error;
    return "done";
  };
}

describe("the retry policy", () => {
  it("asks again after 429, 5xx and broken connections, with waits that double", async () => {
    const { waits, policy } = clock({ baseMs: 100 });
    const errors = [new ApiError(429, "TooManyRequests", "busy"), new ApiError(503, "", "down"), new ConnectionError("reset", true)];

    await expect(withRetry(failing(errors), policy)).resolves.toBe("done");
    expect(waits).toEqual([100, 200, 400]);
  });

  it("waits as long as Retry-After says where that is longer", async () => {
    const { waits, policy } = clock({ baseMs: 100 });

    await withRetry(failing([errorOf(429, "{}", "7")]), policy);
    expect(waits).toEqual([7_000]);
  });

  it.each([400, 401, 403, 404, 409, 410, 422, 501])("takes %i as an answer", (status) => {
    expect(isTransient(new ApiError(status, "", ""))).toBe(false);
  });

  it("takes a request over etcd's size limit as refused, although the status is 500", () => {
    expect(isTransient(new ApiError(500, "", "etcdserver: request is too large"))).toBe(false);
  });

  it("takes a certificate that does not fit as refused", () => {
    expect(isTransient(new ConnectionError("self-signed certificate", false))).toBe(false);
  });

  it("gives up with the last error once the deadline would pass", async () => {
    const { waits, policy } = clock({ deadlineMs: 1_000, baseMs: 400, capMs: 400 });
    const down = new ApiError(503, "", "down");

    await expect(withRetry(failing([down, down, down, down]), policy)).rejects.toBe(down);
    expect(waits).toEqual([400, 400]);
  });

  it("tells about each wait", async () => {
    const told: string[] = [];
    const { policy } = clock({ onRetry: (error, waitMs) => told.push(`${error.message} ${waitMs}`) });

    await withRetry(failing([new ApiError(500, "", "oops")]), policy);
    expect(told).toEqual(["oops 250"]);
  });

  it("ends with the signal's reason", async () => {
    const abort = new AbortController();
    abort.abort(new Error("stopped"));

    await expect(withRetry(failing([]), {}, abort.signal)).rejects.toThrow("stopped");
  });

  it("keeps every wait between half the span and the cap, for any jitter", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, jitter) => {
        const wait = backoffMs(attempt, new Error(), { baseMs: 250, capMs: 5_000, jitter: () => jitter });
        const span = Math.min(5_000, 250 * 2 ** (attempt - 1));
        return wait >= span / 2 && wait <= span;
      }),
    );
  });
});

describe("an error of the API server", () => {
  it("carries reason, causes and the wait it asks for", () => {
    const body = JSON.stringify({
      kind: "Status",
      reason: "Invalid",
      message: "spec is wrong",
      details: { causes: [{ reason: "FieldValueInvalid", field: "spec.a", message: "no" }], retryAfterSeconds: 3 },
    });

    expect(errorOf(422, body, undefined)).toMatchObject({
      status: 422,
      reason: "Invalid",
      message: "spec is wrong",
      causes: [{ field: "spec.a", message: "no", reason: "FieldValueInvalid" }],
      retryAfterSeconds: 3,
    });
  });

  it("takes plain text of a proxy as its message", () => {
    expect(errorOf(502, "Bad Gateway\n", undefined)).toMatchObject({ message: "Bad Gateway", reason: "InternalError" });
    expect(errorOf(503, "", undefined)).toMatchObject({ message: "HTTP 503", reason: "ServiceUnavailable" });
  });
});
