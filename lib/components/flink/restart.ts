/** When Flink starts a failed job again, and the keys of its configuration that say so. */

import type { Duration } from "#lib/core/duration";

/** How often and when Flink starts a failed job again. */
export type RestartStrategy =
  /** A failure ends the job. */
  | { readonly type: "none" }
  /** At most `attempts` restarts in the job's whole life. */
  | { readonly type: "fixed-delay"; readonly attempts: number; readonly delay: Duration }
  /** Ends once there are more failures than `maxFailures` within `interval`. */
  | { readonly type: "failure-rate"; readonly maxFailures: number; readonly interval: Duration; readonly delay: Duration }
  /** At most `attempts` restarts in a row, each later than the one before; counted anew after `resetAfter` without failure. */
  | { readonly type: "exponential-delay"; readonly attempts: number; readonly maxDelay: Duration; readonly resetAfter: Duration };

/** Flink's keys of a strategy. */
export function restartConfiguration(restart: RestartStrategy): Record<string, string> {
  const key = (name: string) => `restart-strategy.${restart.type}.${name}`;
  const type = { "restart-strategy.type": restart.type };
  switch (restart.type) {
    case "none":
      return type;
    case "fixed-delay":
      return { ...type, [key("attempts")]: String(restart.attempts), [key("delay")]: `${restart.delay.seconds} s` };
    case "failure-rate":
      return {
        ...type,
        [key("max-failures-per-interval")]: String(restart.maxFailures),
        [key("failure-rate-interval")]: `${restart.interval.seconds} s`,
        [key("delay")]: `${restart.delay.seconds} s`,
      };
    case "exponential-delay":
      return {
        ...type,
        [key("attempts-before-reset-backoff")]: String(restart.attempts),
        [key("max-backoff")]: `${restart.maxDelay.seconds} s`,
        [key("reset-backoff-threshold")]: `${restart.resetAfter.seconds} s`,
      };
  }
}
