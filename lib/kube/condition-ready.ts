/** Readiness rows of kinds that report by conditions, as most operators' kinds do. */

import type { JsonObject } from "#lib/core/json";
import type { Readiness } from "./readiness";

/** Options of {@link conditionReady}. */
export interface ConditionReadyOptions {
  /**
   * Condition whose False means failed. Set it where the first condition is also False during a rollout; `false` where no
   * condition tells a failed object from one that is on its way.
   *
   * @default the condition that means ready
   */
  readonly failed?: string | false;
}

/** The row of a kind that is ready while one condition is True, with `source` as the place where upstream defines the condition. */
export function conditionReady(name: string, source: string, { failed = name }: ConditionReadyOptions = {}): Readiness {
  const both = failed === false ? [name] : [...new Set([failed, name])];
  const all = (status: ConditionStatus) => Object.fromEntries(both.map((type) => [type, status]));
  return {
    ready: [{ type: "condition", name, status: "True" }],
    failed: failed === false ? [] : [{ type: "condition", name: failed, status: "False" }],
    simulated: [{ name: "ready", afterSeconds: 1, status: simulatedConditions(all("True")) }],
    ...(failed !== false && {
      simulatedFailure: { name: "failed", afterSeconds: 1, status: simulatedConditions(all("False"), "simulated failure") },
    }),
    source,
  };
}

type ConditionStatus = "True" | "False";

/** A status with these conditions, as a simulated operator writes it. */
export function simulatedConditions(statuses: Readonly<Record<string, ConditionStatus>>, message = "simulated"): JsonObject {
  return { conditions: Object.entries(statuses).map(([type, status]) => ({ type, status, reason: "Simulated", message })) };
}
