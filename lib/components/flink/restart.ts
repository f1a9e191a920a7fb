/** Restart strategies as Flink configuration. */

import type { FlinkPodSettings } from "./schema";

/** Flink's keys of a strategy. */
export function restartConfiguration(restart: FlinkPodSettings["restart"]): Record<string, string> {
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
