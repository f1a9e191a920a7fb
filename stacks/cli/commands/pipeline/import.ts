/** `pipeline import`: a Beam YAML file as the TypeScript that builds it. */

import { basename } from "node:path";
import { Command } from "commander";
import { pipelineCode } from "#lib/beam/builder/code";
import { placeIn } from "#lib/beam/document";
import { importPipeline } from "#lib/beam/import-pipeline";
import { secretsOf } from "#lib/beam/secrets";
import { unwrap } from "#lib/core/problem";
import { CommandError, EXIT } from "../../exit-codes";
import { type CommonOptions, type Output, problemsBody, run, type Terminal } from "../../output";
import { textOf } from "./inputs";

/** The command `pipeline import`. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("print the TypeScript that builds a Beam YAML file; comments of the file are not kept")
    .argument("<file>", "Beam YAML")
    .option("--json", "print the result as JSON")
    .action((file: string, options: CommonOptions) => run(options, (output) => importFile(file, output), terminal));
}

function importFile(file: string, output: Output): void {
  const result = importPipeline(textOf(file), file);
  const document = unwrap(result);
  const { text, kept } = pipelineCode(document, basename(file));
  const secrets = secretsOf(document).filter(({ state }) => state === "clear");
  if (secrets.some(({ form }) => kept !== undefined || form !== "value"))
    throw new CommandError(
      EXIT.configuration,
      `${file} has secrets that cannot be taken out of it`,
      "make Jinja variables of them, then import it",
    );
  const warnings = result.ok ? result.warnings : [];
  output.problems(warnings);
  const place = kept && placeIn(document, kept.start);
  if (kept) output.note(`${file}:${place?.line}:${place?.column}: ${kept.reason}: the file is kept as text in the code`);
  for (const { name } of secrets) output.note(`${name} is a secret: the code has an empty text for it, bind it to a key of a Secret`);
  output.result("PipelineCode", { file, code: text, kept: kept?.reason ?? null, warnings: problemsBody(warnings) }, () => text);
}
