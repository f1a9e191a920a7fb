/** A ration of requests, for those who ask for one; without it the API server's fairness decides. */

import { pause } from "./retry";

/**
 * Admits `burst` requests at once and `qps` a second from then on.
 *
 * @param sleep how to wait; replaced in tests
 */
export function rateLimit(qps: number, burst: number, sleep = pause): (signal?: AbortSignal) => Promise<void> {
  let tokens = burst;
  let last = performance.now();
  return async (signal) => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - last) / 1_000) * qps);
    last = now;
    tokens -= 1;
    // A negative stock is the queue: whoever makes it more negative waits longer.
    if (tokens < 0) await sleep((-tokens / qps) * 1_000, signal);
  };
}
