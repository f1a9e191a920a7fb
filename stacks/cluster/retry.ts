/** One policy for everything that is worth asking the API server twice. */

import { setTimeout as sleepFor } from "node:timers/promises";
import { ApiError, ConnectionError } from "./api-error";

/** How long and how often to try again. */
export interface RetryPolicy {
  /** No new attempt starts after this time. @default 60,000 */
  readonly deadlineMs?: number;
  /** First wait; doubles with each attempt. @default 250 */
  readonly baseMs?: number;
  /** Longest wait that we choose ourselves. @default 5,000 */
  readonly capMs?: number;
  /** A number from 0 to 1 that spreads the waits of many clients. @default chance */
  readonly jitter?: () => number;
  /** Ends early with the signal's reason. @default a timer */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
  /** Told before each wait. @default nobody */
  readonly onRetry?: (error: Error, waitMs: number) => void;
}

/** Waits, or ends with the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleepFor(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Is it worth asking again? Busy (429), broken (5xx) and unreachable servers are; refusals are not.
 * etcd answers 500 for a request over its size limit, and will do so forever.
 */
export function isTransient(error: unknown): error is ApiError | ConnectionError {
  if (error instanceof ConnectionError) return error.transient;
  if (!(error instanceof ApiError)) return false;
  return error.status === 429 || (error.status >= 500 && error.status !== 501 && !error.message.includes("request is too large"));
}

/** Wait before attempt `attempt` (1 is the first repetition): what the server asks for, or half to all of a doubling span. */
export function backoffMs(attempt: number, error: unknown, policy: RetryPolicy): number {
  const { baseMs = 250, capMs = 5_000, jitter = Math.random } = policy;
  const asked = error instanceof ApiError && error.retryAfterSeconds !== undefined ? error.retryAfterSeconds * 1_000 : 0;
  const span = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 20));
  return Math.max(asked, span / 2 + (span / 2) * jitter());
}

/** Runs `attempt` until it succeeds, is refused, or the deadline would pass while waiting. */
export async function withRetry<T>(attempt: () => Promise<T>, policy: RetryPolicy, signal?: AbortSignal): Promise<T> {
  const { deadlineMs = 60_000, sleep = pause, now = () => performance.now() } = policy;
  const end = now() + deadlineMs;
  for (let count = 1; ; count++) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const waitMs = backoffMs(count, error, policy);
      if (now() + waitMs > end) throw error;
      policy.onRetry?.(error, waitMs);
      await sleep(waitMs, signal);
    }
  }
}
