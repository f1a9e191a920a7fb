/** Checks a finished release with every rule. */

import { isError, type Problem, type Result, sortProblems } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";
import type { Release } from "#lib/release/release";
import type { CheckContext, RuleException } from "./context";
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
  const { exceptions = [] } = context;
  const found = rules.flatMap((rule) => rule.find(view, context).map((finding) => ({ rule, finding })));
  const isAccepted = ({ rule, finding }: (typeof found)[number]) =>
    exceptions.some((exception) => exception.rule === rule.id && exception.object === finding.object.id);
  const broken = found.filter((each) => !excepted(each.rule, each.finding) && !isAccepted(each));
  const unused = exceptions.filter(({ rule, object }) => !found.some((each) => each.rule.id === rule && each.finding.object.id === object));
  return sortProblems([...broken.map(({ rule, finding }) => problemOf(rule, finding)), ...unused.map(unusedException)]);
}

function unusedException({ rule, object }: RuleException): Problem {
  const near = nearest(
    rule,
    RULES.map(({ id }) => id),
  );
  return {
    id: "checks.unused-exception",
    path: object,
    got: `an exception to ${JSON.stringify(rule)}, which the object does not need`,
    allowed: "the id of a rule and the id of an object that breaks it",
    fix: near === undefined || near === rule ? "remove the exception, or correct the object's id" : `did you mean ${near}?`,
  };
}

/** The release with what rules warn of, or everything that is wrong. */
export function checkedRelease(release: Release, context: CheckContext): Result<Release> {
  const problems = sortProblems([...checkRelease(release, context), ...release.problems]);
  return problems.some(isError) ? { ok: false, problems } : { ok: true, value: { ...release, problems }, warnings: problems };
}

function excepted(rule: Rule, { object }: Finding): boolean {
  return EXCEPTIONS.some(
    (exception) => exception.rule === rule.id && exception.component === object.component && object.id.startsWith(exception.objects),
  );
}

function problemOf(rule: Rule, { object, at, got, allowed = rule.allowed, fix = rule.fix }: Finding): Problem {
  const place = at === "" ? object.id : `${at} of ${object.id}`;
  const { severity } = rule;
  return { id: `checks.${rule.id}`, path: object.source, got: `${got} at ${place}`, allowed, fix, ...(severity && { severity }) };
}
