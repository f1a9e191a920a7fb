/** Rules over each pod or each container. */

import type { CheckContext } from "./context";
import type { ContainerUse, PodUse } from "./pods";
import type { Finding, Rule } from "./rule";

/** A violation in a pod or a container. */
export interface Fault {
  /** Path below the pod spec or the container; empty for it as a whole. */
  readonly at: string;
  readonly got: string;
}

/** Common fields of rules. */
type RuleText = Omit<Rule, "find">;

/** A rule over each pod spec. */
export function podRule(text: RuleText, faultsOf: (pod: PodUse, context: CheckContext) => readonly Fault[]): Rule {
  return {
    ...text,
    find: ({ pods }, context) => pods.flatMap((pod) => faultsOf(pod, context).map((fault) => finding(pod, pod.at, fault))),
  };
}

/** A rule over each container of each pod. */
export function containerRule(text: RuleText, faultsOf: (use: ContainerUse, pod: PodUse, context: CheckContext) => readonly Fault[]): Rule {
  return {
    ...text,
    find: ({ pods }, context) =>
      pods.flatMap((pod) => pod.containers.flatMap((use) => faultsOf(use, pod, context).map((fault) => finding(pod, use.at, fault)))),
  };
}

function finding({ object }: PodUse, base: string, { at, got }: Fault): Finding {
  return { object, at: at === "" ? base : `${base}.${at}`, got };
}
