/** `validate`: everything that is wrong with environments, all at once; needs no cluster. */

import { Command } from "commander";
import { synthesize } from "#charts/synthesize";
import { isError, type Problem, sortProblems, unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { allEnvironments, loadEnvironment } from "../../environments";
import { uniqueProblems } from "../environment-release";
import { EXIT } from "../exit-codes";
import { type CommonOptions, count, type Output, problemsBody, problemText, processTerminal, run, type Terminal } from "../output";
import { placeText, sourcePlaces } from "../source-place";

/** The command `validate`. */
export function validateCommand(terminal: Terminal = processTerminal): Command {
  return new Command("validate")
    .description("show everything that is wrong with environments; needs no cluster")
    .argument("[environments...]", "names of environments; else all")
    .option("--json", "print the result as JSON")
    .action((names: readonly string[], options: CommonOptions) => run(options, (output) => validate(names, output), terminal));
}

interface Verdict {
  readonly name: string;
  readonly problems: readonly Problem[];
}

function validate(names: readonly string[], output: Output): void {
  const verdicts = (names.length > 0 ? names : unwrap(allEnvironments())).map((name): Verdict => ({ name, problems: problemsOf(name) }));
  const errors = verdicts.flatMap(({ problems }) => problems.filter(isError)).length;
  output.result("Validation", { valid: errors === 0, environments: verdicts.map(verdictBody) }, () =>
    verdicts.map((verdict) => verdictText(verdict, output)).join("\n"),
  );
  if (errors > 0) output.exit(EXIT.configuration);
}

/** Later steps speak only where the earlier ones found no error. */
function problemsOf(name: string): Problem[] {
  const loaded = loadEnvironment(name);
  if (!loaded.ok) return sortProblems(loaded.problems);
  const synthesized = synthesize(loaded.value);
  if (!synthesized.ok) return uniqueProblems([...loaded.warnings, ...synthesized.problems]);
  const release = synthesized.value;
  const tree = plainTree(release);
  return uniqueProblems([...loaded.warnings, ...release.problems, ...(tree.ok ? tree.warnings : tree.problems)]);
}

function verdictBody({ name, problems }: Verdict) {
  const places = sourcePlaces(name);
  const bodies = problemsBody(problems).map((body) => ({ ...body, ...places(String(body["path"])) }));
  return { name, valid: !problems.some(isError), problems: bodies };
}

function verdictText({ name, problems }: Verdict, { colors }: Output): string {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  const places = sourcePlaces(name);
  const located = problems.map((problem) => ({ ...problem, path: locatedPath(problem.path, placeText(places(problem.path))) }));
  const sum = errors === 0 ? colors.green("valid") : colors.red(count(errors, "problem"));
  return [
    ...(problems.length > 0 ? [problemText(located, colors)] : []),
    `${name}: ${sum}${warnings > 0 ? `, ${count(warnings, "warning")}` : ""}`,
  ].join("\n");
}

/** What is wrong with a file as a whole has its place for a path. */
function locatedPath(path: string, place: string): string {
  return path === place ? path : `${path} (${place})`;
}
