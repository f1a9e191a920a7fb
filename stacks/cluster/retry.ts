/** Retry policy of all requests to the API server. */

import { setTimeout as sleepFor } from "node:timers/promises";
import { ApiError, ConnectionError } from "./api-error";

/** Limits and timing of retries. */
export interface RetryPolicy {
  /** No new attempt starts after this time. @default 60,000 */
  readonly deadlineMs?: number;
  /** First delay; doubles with each attempt. @default 250 */
  readonly baseMs?: number;
  /** Maximum of our own delays. @default 5,000 */
  readonly capMs?: number;
  /** Random number from 0 to 1 that spreads the retries of many clients. @default Math.random */
  readonly jitter?: () => number;
  /** Waits; ends early with the signal's reason. @default a timer */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Monotonic clock in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** Called before each delay. @default no callback */
  readonly onRetry?: (error: Error, waitMs: number) => void;
}

/** Waits, or throws the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleepFor(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Whether a retry can succeed: yes for busy (429), failing (5xx) and unreachable servers; no for rejected requests.
 * etcd answers 500 to every request over its size limit.
 */
export function isTransient(error: unknown): error is ApiError | ConnectionError {
  if (error instanceof ConnectionError) return error.transient;
  if (!(error instanceof ApiError)) return false;
  return error.status === 429 || (error.status >= 500 && error.status !== 501 && !error.message.includes("request is too large"));
}

/** Delay before attempt `attempt` (1 is the first retry): what the server requests, or 50 to 100 % of an exponential backoff. */
export function backoffMs(attempt: number, error: unknown, policy: RetryPolicy): number {
  const { baseMs = 250, capMs = 5_000, jitter = Math.random } = policy;
  const asked = error instanceof ApiError && error.retryAfterSeconds !== undefined ? error.retryAfterSeconds * 1_000 : 0;
  const span = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 20));
  return Math.max(asked, span / 2 + (span / 2) * jitter());
}

/** Runs `attempt` until it succeeds or is rejected, or the deadline would pass during a delay. */
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
