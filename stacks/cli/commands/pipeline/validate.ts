/** `pipeline validate`: what Beam would refuse in Beam YAML files, with file, line and column. */

import { Command } from "commander";
import type { FindingContext } from "#lib/beam/findings";
import { withoutDot } from "#lib/beam/includes";
import { validatePipeline } from "#lib/beam/validate";
import { ConfigError, isError, type Problem } from "#lib/core/problem";
import { expandFiles } from "../../../beam/expand-files";
import { readIncludes, refusePages } from "../../../beam/includes";
import { type CommonOptions, notedProgress, type Output, problemsBody, run, type Terminal } from "../../output";
import { collection, collectionsOf, json, pairs, pythonPath, textOf, valuesOf, webInclude } from "./inputs";

interface ValidateOptions extends CommonOptions {
  readonly withBeam: boolean;
  readonly variable: Readonly<Record<string, string>>;
  readonly webInclude: readonly string[];
  readonly collection: Readonly<Record<string, string>>;
  readonly pythonPath: readonly string[];
}

/** The command `pipeline validate`. */
export function validateCommand(terminal: Terminal): Command {
  return new Command("validate")
    .description("say what Beam refuses in Beam YAML files; needs no Python, and nothing runs")
    .argument("<file...>", "Beam YAML")
    .option("--with-beam", "let the installed Beam expand the files that have no errors, too", false)
    .addOption(pairs("--variable <name=json>", "set a Jinja variable of the files"))
    .addOption(webInclude())
    .addOption(collection())
    .addOption(pythonPath())
    .option("--json", "print the result as JSON")
    .action((files: string[], options: ValidateOptions) => run(options, (output) => validate(files, options, output), terminal));
}

async function validate(files: readonly string[], options: ValidateOptions, output: Output): Promise<void> {
  const variables = valuesOf(options.variable);
  const collections = collectionsOf(options.collection);
  const texts = files.map((file) => ({ file, text: textOf(file) }));
  const found = texts.flatMap(({ file, text }) => problemsOf(file, text, { variables, collections }));
  const sound = texts.filter(({ file }) => !found.some((one) => one.file === file && isError(one.problem)));
  const problems = [...found.map(({ problem }) => problem), ...(options.withBeam ? await expanded(sound, options, output) : [])];
  if (problems.some(isError)) throw new ConfigError(problems);
  output.problems(problems);
  const by = options.withBeam ? "Beam expands" : "Beam's rules accept";
  output.result("PipelineValidation", { files, withBeam: options.withBeam, warnings: problemsBody(problems) }, () =>
    files.map((file) => `${file}: ${by} it`).join("\n"),
  );
}

function problemsOf(file: string, text: string, given: Pick<FindingContext, "variables" | "collections">) {
  const includes = Object.keys(readIncludes(file, text, textOf)).map(withoutDot);
  const context = { bindings: {}, ...given, secretName: "<pipeline>-secrets", includes, by: "options" as const };
  const result = validatePipeline(text, file, context);
  return (result.ok ? result.warnings : result.problems).map((problem) => ({ file, problem }));
}

async function expanded(
  sound: readonly { readonly file: string; readonly text: string }[],
  options: ValidateOptions,
  output: Output,
): Promise<Problem[]> {
  for (const { file, text } of sound) refusePages(file, text, { includes: readIncludes(file, text, textOf), allowed: options.webInclude });
  return expandFiles({
    files: sound.map(({ file }) => file),
    variables: Object.fromEntries(Object.entries(options.variable).map(([name, text]) => [name, json(text)])),
    pythonPath: options.pythonPath,
    collections: collectionsOf(options.collection),
    progress: notedProgress(output),
  });
}
