/** `pipeline logs`: what the submitter, Flink and the workers of a pipeline say. */

import { Command, InvalidArgumentError } from "commander";
import { unwrap } from "#lib/core/problem";
import { type LogPart, pipelineLogs } from "../../../beam/pipeline-logs";
import { loadCore } from "../../../environments";
import { withCluster } from "../../cluster";
import { type CommonOptions, type Output, run, type Terminal } from "../../output";
import { livePipelineNamed } from "./stop";

interface LogsOptions extends CommonOptions {
  readonly tail: number;
}

/** The command `pipeline logs`. */
export function logsCommand(terminal: Terminal): Command {
  return new Command("logs")
    .description("show the last lines of a pipeline's submitter and workers, and Flink's last failure of its job")
    .argument("<environment>", "name of the environment")
    .argument("<pipeline>", "name of the pipeline")
    .option("--tail <number>", "lines of each", lines, 50)
    .option("--json", "print the result as JSON")
    .action((name: string, pipeline: string, options: LogsOptions) =>
      run(options, (output) => logs({ name, pipeline }, options, output), terminal),
    );
}

async function logs(
  { name, pipeline }: { readonly name: string; readonly pipeline: string },
  { tail }: LogsOptions,
  output: Output,
): Promise<void> {
  const environment = unwrap(loadCore(name));
  const parts = await withCluster(environment, async (client) =>
    pipelineLogs(client, await livePipelineNamed(client, environment, pipeline), tail),
  );
  output.result("PipelineLogs", { environment: name, pipeline, parts: parts.map((part) => ({ ...part, lines: [...part.lines] })) }, () =>
    parts.map((part) => text(part, output)).join("\n\n"),
  );
}

function text({ from, lines: found, missing }: LogPart, { colors }: Output): string {
  const body = found.length > 0 ? found : [colors.yellow(missing ?? "it has written nothing")];
  return [colors.bold(from), ...body.map((line) => `  ${line}`)].join("\n");
}

function lines(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError("expected a whole number from 1 to 999999");
  return Number(value);
}
