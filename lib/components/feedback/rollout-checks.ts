/** Rules on rollouts that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { LoopSettings, RolloutSettings } from "./schema";

/** Problems of the rollout of a loop; none without one. */
export function rolloutProblems({ rollout, gate, model, registry }: LoopSettings, path: string): Problem[] {
  if (!rollout) return [];
  const at = `${path}.rollout`;
  return [
    ...(gate ? [] : [withoutGate(at)]),
    ...stepProblems(rollout, at),
    ...timeProblems(rollout, at),
    ...serviceProblems(rollout, { model, registry }, `${at}.service`),
  ];
}

function withoutGate(path: string): Problem {
  return {
    id: "feedback.rollout-without-gate",
    path,
    got: "rollout in a loop without gate",
    allowed: "rollout with gate, which says what is rolled out",
    fix: "add retrain and gate, or remove rollout",
  };
}

function stepProblems({ steps }: RolloutSettings, path: string): Problem[] {
  if (steps.every((step, at) => at === 0 || step > (steps[at - 1] ?? 0))) return [];
  return [
    {
      id: "feedback.rollout-steps",
      path: `${path}.steps`,
      got: steps.join(", "),
      allowed: "shares that rise",
      fix: "sort them, and remove those that are there twice",
    },
  ];
}

/** Each share lasts, and 100 % after them. */
function timeProblems({ steps, hold, within }: RolloutSettings, path: string): Problem[] {
  const least = hold.seconds * (steps.length + 1);
  if (within.seconds > least) return [];
  return [
    {
      id: "feedback.rollout-too-short",
      path: `${path}.within`,
      got: `${within} for ${steps.length + 1} shares that last ${hold} each`,
      allowed: "more time than all shares last together",
      fix: "raise within, or lower hold",
    },
  ];
}

function serviceProblems(
  { service }: RolloutSettings,
  { model, registry }: Pick<LoopSettings, "model" | "registry">,
  path: string,
): Problem[] {
  const { name, versions } = service;
  if (!versions) {
    return [
      {
        id: "feedback.rollout-without-split",
        path,
        got: `${name}, a service that serves the version of the environment file alone`,
        allowed: "a service with trafficSplit",
        fix: `set trafficSplit of the service ${name}, or remove rollout`,
      },
    ];
  }
  if (versions.model === model && versions.registry === registry) return [];
  return [
    {
      id: "feedback.rollout-of-other-model",
      path,
      got: `${name}, which serves the model ${versions.model} of the registry ${versions.registry.name}`,
      allowed: `a service of the loop's model ${model} of the registry ${registry.name}`,
      fix: "name the service that serves the model of this loop",
    },
  ];
}
