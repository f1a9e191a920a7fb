/** Names from which names of objects are made. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { show } from "#lib/core/schema";

/** What a name is for. */
export interface NameRule {
  /** What has the name, such as "cluster". */
  readonly thing: string;
  /** Characters that it may have, so that the longest name made of it is a label of 63. */
  readonly most: number;
}

/**
 * Problem of a name that objects cannot have with what is appended to it, reported with the id and path of `place`. Source: Kubernetes 1.34, "Object
 * Names and IDs": names of Services are labels that start with a letter.
 */
export function nameProblems(name: string, { thing, most }: NameRule, place: ProblemPlace): Problem[] {
  if (name.length <= most && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(name)) return [];
  return [
    {
      ...place,
      got: `the name ${show(name)}`,
      allowed: `1 to ${most} of a-z, 0-9 and -, a letter first, no - at the end`,
      fix: `rename the ${thing}`,
    },
  ];
}
