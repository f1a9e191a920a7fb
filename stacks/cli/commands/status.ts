/** `status`: health of an environment by lifecycle stage. */

import { Command } from "commander";
import { withCluster } from "../cluster";
import { environmentRelease, REHEARSE, type RehearseOption } from "../environment-release";
import { EXIT } from "../exit-codes";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { table } from "../table";
import { type EntryHealth, releaseHealth } from "./status/release-health";
import { byStage, hidden, type StageHealth, shownOf } from "./status/stages";

interface StatusOptions extends CommonOptions, RehearseOption {
  readonly all?: boolean;
}

/** The command `status`. */
export function statusCommand(terminal: Terminal = processTerminal): Command {
  return new Command("status")
    .description("show the health of an environment by lifecycle stage; exit code 4 unless everything is ready")
    .argument("<environment>", "name of the environment")
    .option(...REHEARSE)
    .option("--all", "show every object, not only workloads and objects that are not ready")
    .option("--json", "print the result as JSON")
    .action((name: string, options: StatusOptions) => run(options, (output) => status(name, options, output), terminal));
}

async function status(name: string, { all = false, ...options }: StatusOptions, output: Output): Promise<void> {
  const { environment, release } = environmentRelease(name, options);
  const healths = await withCluster(environment, (client) => releaseHealth(client, release));
  const stages = byStage(healths);
  const ready = healths.filter(({ state }) => state === "ready").length;
  output.result("Status", { environment: name, ready: ready === healths.length, stages: stages.map(stageBody) }, () =>
    [...stages.map((stage) => stageText(stage, { all, output })), `${name}: ${ready} of ${count(healths.length, "object")} ready`].join(
      "\n",
    ),
  );
  if (ready < healths.length) output.exit(EXIT.resource);
}

function stageBody({ stage, ready, members }: StageHealth) {
  return {
    stage,
    ready,
    total: members.length,
    objects: members.map(({ entry: { id, component, source }, state, message, details }) => ({
      ...{ id, component, source, state, message },
      details: [...details],
    })),
  };
}

function stageText(health: StageHealth, { all, output: { colors } }: { readonly all: boolean; readonly output: Output }): string {
  const { stage, ready, members } = health;
  const shown = shownOf(members, all);
  const paint = ready === members.length ? colors.green : colors.yellow;
  const paints = { ready: colors.green, waiting: colors.yellow, leaving: colors.yellow, missing: colors.red, failed: colors.red };
  const rows = shown.flatMap(({ entry, state, message, details }: EntryHealth) => [
    [{ text: `  ${state}`, paint: paints[state] }, entry.id, message],
    ...details.map((line) => ["", "", `  ${line}`]),
  ]);
  const more = hidden(members, shown);
  return [
    `${colors.bold(stage)}  ${paint(`${ready} of ${members.length} ready`)}`,
    ...(rows.length > 0 ? [table(rows)] : []),
    ...(more > 0 ? [`  and ${more} more are not ready; use --all to show them`] : []),
  ].join("\n");
}
