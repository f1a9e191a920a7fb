/** Checks a finished release with every rule. */

import { type Problem, sortProblems } from "#lib/core/problem";
import type { Release } from "#lib/release/release";
import type { CheckContext } from "./context";
import { EXCEPTIONS } from "./exceptions";
import { RULES } from "./registry";
import type { Finding, Rule } from "./rule";
import { viewOf } from "./view";

/** Without facts of the environment; rules that need them find nothing. */
const UNKNOWN: CheckContext = { production: false, pools: [], kinds: [] };

/** Violations of rules that are not listed exceptions, sorted. */
export function checkRelease(release: Release, context: CheckContext = UNKNOWN): Problem[] {
  const view = viewOf(release, context.kinds);
  const rules = RULES.filter((rule) => context.production || rule.productionOnly !== true);
  return sortProblems(
    rules.flatMap((rule) =>
      rule
        .find(view, context)
        .filter((finding) => !excepted(rule, finding))
        .map((finding) => problemOf(rule, finding)),
    ),
  );
}

function excepted(rule: Rule, { object }: Finding): boolean {
  return EXCEPTIONS.some(
    (exception) => exception.rule === rule.id && exception.component === object.component && object.id.startsWith(exception.objects),
  );
}

function problemOf(rule: Rule, { object, at, got, allowed = rule.allowed, fix = rule.fix }: Finding): Problem {
  const place = at === "" ? object.id : `${at} of ${object.id}`;
  return { id: `checks.${rule.id}`, path: object.source, got: `${got} at ${place}`, allowed, fix };
}
