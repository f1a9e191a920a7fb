/** `validate`: shows every problem of environments at once; needs no cluster. */

import { Command } from "commander";
import { isError, type Problem, sortProblems, unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import type { Requirement } from "#lib/kube/requirement";
import type { Deviation } from "#lib/release/release";
import { allEnvironments, loadEnvironment } from "../../environments";
import { EXIT } from "../exit-codes";
import { located } from "../located";
import { type CommonOptions, count, type Output, problemsBody, problemText, processTerminal, run, type Terminal } from "../output";
import { requirementsText } from "../requirements";

/** The command `validate`. */
export function validateCommand(terminal: Terminal = processTerminal): Command {
  return new Command("validate")
    .description("check environments and show every problem; needs no cluster")
    .argument("[environments...]", "names of environments; default: all")
    .option("--json", "print the result as JSON")
    .action((names: readonly string[], options: CommonOptions) => run(options, (output) => validate(names, output), terminal));
}

interface Verdict {
  readonly name: string;
  readonly problems: readonly Problem[];
  /** Changes by patches of the platform. */
  readonly deviations: readonly Deviation[];
  /** What must exist before the first run. Of an embedded environment nothing must. */
  readonly requires: readonly Requirement[];
}

function validate(names: readonly string[], output: Output): void {
  const verdicts = (names.length > 0 ? names : unwrap(allEnvironments())).map(verdictOn);
  const errors = verdicts.flatMap(({ problems }) => problems.filter(isError)).length;
  output.result("Validation", { valid: errors === 0, environments: verdicts.map(verdictBody) }, () =>
    verdicts.map((verdict) => verdictText(verdict, output)).join("\n"),
  );
  if (errors > 0) output.exit(EXIT.configuration);
}

/** Renders the tree only if the release has no error. */
function verdictOn(name: string): Verdict {
  const loaded = loadEnvironment(name);
  if (!loaded.ok) return { name, problems: sortProblems(loaded.problems), deviations: [], requires: [] };
  const { release, environment } = loaded.value;
  const tree = plainTree(release);
  const problems = sortProblems(tree.ok ? tree.warnings : [...release.problems, ...tree.problems]);
  const requires = environment.cluster.type === "embedded" ? [] : release.requires;
  return { name, problems, deviations: release.deviations ?? [], requires };
}

function verdictBody({ name, problems, deviations, requires }: Verdict) {
  return {
    name,
    valid: !problems.some(isError),
    problems: problemsBody(located(name, problems)),
    deviations: deviations.map((deviation) => ({ ...deviation })),
    requires: requires.map((requirement) => ({ ...requirement, keys: [...(requirement.keys ?? [])], sources: [...requirement.sources] })),
  };
}

function verdictText({ name, problems, deviations, requires }: Verdict, { colors }: Output): string {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  const sum = errors === 0 ? colors.green("valid") : colors.red(count(errors, "problem"));
  return [
    ...(problems.length > 0 ? [problemText(located(name, problems), colors)] : []),
    ...deviations.map(({ id, reason }) => `deviation ${id}: ${reason}`),
    ...(requires.length > 0 ? [`${name} requires:`, requirementsText(requires, { colors })] : []),
    `${name}: ${sum}${warnings > 0 ? `, ${count(warnings, "warning")}` : ""}`,
  ].join("\n");
}
