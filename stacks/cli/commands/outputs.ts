/** `outputs`: the outputs of an environment's stack. */

import { Command } from "commander";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { callEngine } from "../../engine/engine";
import { engineSettings } from "../../engine/settings";
import { engineError, requireStack } from "../../engine/stack";
import { loadCore } from "../../environments";
import { CommandError, EXIT } from "../exit-codes";
import { type CommonOptions, notedProgress, type Output, processTerminal, run, type Terminal } from "../output";

/** The command `outputs`. */
export function outputsCommand(terminal: Terminal = processTerminal): Command {
  return new Command("outputs")
    .description("show the outputs of an environment: digest, counts, addresses")
    .argument("<environment>", "name of the environment")
    .option("--json", "print the result as JSON")
    .action((name: string, options: CommonOptions) => run(options, (output) => outputs(name, output), terminal));
}

async function outputs(name: string, output: Output): Promise<void> {
  const settings = await engineSettings(unwrap(loadCore(name)), notedProgress(output));
  await requireStack(settings);
  const { code, stdout, stderr } = await callEngine(settings, ["stack", "output", "--json", "--stack", settings.stack]);
  if (code !== 0)
    throw new CommandError(EXIT.other, `the outputs of ${name} cannot be read: ${engineError(stderr)}`, "see pulumi stack output");
  const values: unknown = JSON.parse(stdout);
  const body: JsonObject = isJsonObject(values) ? values : {};
  output.result("Outputs", { environment: name, outputs: body }, () =>
    Object.entries(body)
      .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value, undefined, 2)}`)
      .join("\n"),
  );
}
