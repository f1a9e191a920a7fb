/** `validate`: shows every problem of environments at once; needs no cluster. */

import { Command } from "commander";
import { isError, type Problem, sortProblems, unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import type { Deviation } from "#lib/release/release";
import { allEnvironments, loadEnvironment } from "../../environments";
import { EXIT } from "../exit-codes";
import { type CommonOptions, count, type Output, problemsBody, problemText, processTerminal, run, type Terminal } from "../output";
import { placeText, sourcePlaces } from "../source-place";

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
  if (!loaded.ok) return { name, problems: sortProblems(loaded.problems), deviations: [] };
  const { release } = loaded.value;
  const tree = plainTree(release);
  const problems = sortProblems(tree.ok ? tree.warnings : [...release.problems, ...tree.problems]);
  return { name, problems, deviations: release.deviations ?? [] };
}

function verdictBody({ name, problems, deviations }: Verdict) {
  const places = sourcePlaces(name);
  const bodies = problemsBody(problems).map((body) => ({ ...body, ...places(String(body["path"])) }));
  return { name, valid: !problems.some(isError), problems: bodies, deviations: deviations.map((deviation) => ({ ...deviation })) };
}

function verdictText({ name, problems, deviations }: Verdict, { colors }: Output): string {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  const places = sourcePlaces(name);
  const located = problems.map((problem) => ({ ...problem, path: locatedPath(problem.path, placeText(places(problem.path))) }));
  const sum = errors === 0 ? colors.green("valid") : colors.red(count(errors, "problem"));
  return [
    ...(problems.length > 0 ? [problemText(located, colors)] : []),
    ...deviations.map(({ id, reason }) => `deviation ${id}: ${reason}`),
    `${name}: ${sum}${warnings > 0 ? `, ${count(warnings, "warning")}` : ""}`,
  ].join("\n");
}

/** A problem of the whole file has its position as path. */
function locatedPath(path: string, place: string): string {
  return path === place ? path : `${path} (${place})`;
}
