/** The options that life-cycle commands share, and a `run` for commands that print many documents. */

import { Command, InvalidArgumentError } from "commander";
import { ConfigError } from "#lib/core/problem";
import { systemError } from "../local/local-error";
import { REHEARSE } from "./environment-release";
import { EXIT, exitCodeOf } from "./exit-codes";
import type { LifecycleOptions } from "./lifecycle";
import { createOutput, type Output, problemsBody, run, type Terminal } from "./output";
import { jsonLine } from "./progress/view";

/** A command of one environment that runs the engine. */
export function lifecycleCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument("<environment>", "name of the environment (the name of its file)")
    .option(...REHEARSE)
    .option("--diff", "list every change, new objects too, with the fields that differ")
    .option("--continue-on-error", "continue with resources that do not depend on failed ones")
    .option("-p, --parallel <number>", "number of resources to change at the same time", wholeNumber)
    .option("-t, --target <urn...>", "only these resources")
    .option("--json", "print one JSON document per line: events, then the result");
  // The engine's own destroy has none: what it is asked to do is a change.
  return name === "destroy" ? command : command.option("--expect-no-changes", "fail with exit code 7 if anything changes");
}

/** Runs an action like `run`; with `--json`, an error is one line like every other document. */
export async function runStreaming(
  options: LifecycleOptions,
  action: (output: Output) => Promise<void>,
  terminal: Terminal,
): Promise<void> {
  if (!options.json) return run(options, action, terminal);
  const output = createOutput(options, terminal);
  try {
    await action(output);
  } catch (caught) {
    const thrown = systemError(caught) ?? caught;
    const code = exitCodeOf(thrown);
    const body =
      thrown instanceof ConfigError
        ? { problems: problemsBody(thrown.problems) }
        : { message: String(thrown instanceof Error ? thrown.message : thrown) };
    terminal.stdout.write(jsonLine("Error", { exitCode: code, ...body }));
    output.exit(code === EXIT.ok ? EXIT.internal : code);
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 1 to 99999");
  return Number(text);
}
