/** `local`: the embedded control plane of an environment, without the environment's objects. */

import { dirname } from "node:path";
import { Command } from "commander";
import { compareText } from "#lib/core/order";
import { unwrap } from "#lib/core/problem";
import { engineSettings, LOCAL_VARIABLES } from "../../engine/settings";
import { environmentNames, loadCore, loadEnvironment } from "../../environments";
import { instanceNames } from "../../local/control-plane/instance";
import { type ControlPlaneStatus, controlPlaneStatus, listControlPlanes } from "../../local/control-plane/status";
import { removeControlPlane, stopControlPlane } from "../../local/control-plane/stop";
import { environmentRelease, type RehearseOption } from "../environment-release";
import { CommandError, EXIT } from "../exit-codes";
import { startedControlPlane } from "../lifecycle";
import { type CommonOptions, notedProgress, type Output, processTerminal, run, type Terminal } from "../output";
import { table } from "../table";

/** Default environment. */
const DEFAULT = "local";

interface StopOptions extends CommonOptions {
  readonly remove?: boolean;
}

/** The command `local` with its subcommands. */
export function localCommand(terminal: Terminal = processTerminal): Command {
  const part = (name: string, description: string): Command =>
    new Command(name)
      .description(description)
      .argument("[environment]", "name of an environment on an embedded cluster", DEFAULT)
      .option("--json", "print the result as JSON");
  return new Command("local")
    .description("start, stop and inspect the embedded control plane")
    .addCommand(
      part("start", "start the control plane with the nodes of the environment's pools").action((name: string, options: CommonOptions) =>
        run(options, (output) => start(name, output), terminal),
      ),
    )
    .addCommand(
      part("stop", "stop the control plane; keep its data")
        .option("--remove", "also delete its data: the cluster and the state of its stack")
        .action((name: string, options: StopOptions) => run(options, (output) => stop(name, options, output), terminal)),
    )
    .addCommand(
      new Command("status")
        .description("show every control plane of this project, or one")
        .argument("[environment]", "name of an environment")
        .option("--json", "print the result as JSON")
        .action((name: string | undefined, options: CommonOptions) => run(options, (output) => status(name, output), terminal)),
    )
    .addCommand(
      part("env", "print the variables that plain pulumi and kubectl need; use with eval")
        .option("--rehearse", "for the rehearsal of an environment with a cluster of its own")
        .action((name: string, options: CommonOptions & RehearseOption) => run(options, (output) => env(name, options, output), terminal)),
    );
}

async function start(name: string, output: Output): Promise<void> {
  const controlPlane = await startedControlPlane(unwrap(loadEnvironment(name)), notedProgress(output));
  if (!controlPlane)
    throw new CommandError(EXIT.configuration, `${name} does not run on an embedded cluster`, "name an environment that does");
  output.result("ControlPlane", { ...controlPlane, pids: { ...controlPlane.pids } }, () => `${name} runs at ${controlPlane.server}`);
}

async function stop(name: string, { remove }: StopOptions, output: Output): Promise<void> {
  requireKnown(name);
  const progress = notedProgress(output);
  const stopped = await stopControlPlane(name, undefined, progress);
  if (remove) await removeControlPlane(name, undefined, progress);
  const what = stopped ? "stopped" : "was not running";
  output.result(
    "ControlPlane",
    { name, stopped, removed: remove === true },
    () => `${name} ${what}${remove ? "; its data is deleted" : ""}`,
  );
}

/** @throws CommandError if neither a control plane nor an environment has this name: it is a typo */
function requireKnown(name: string): void {
  const known = [...new Set([...instanceNames(), ...environmentNames()])].sort(compareText);
  if (!known.includes(name))
    throw new CommandError(
      EXIT.configuration,
      `there is no control plane and no environment ${JSON.stringify(name)}`,
      `name one of ${known.join(", ")}`,
    );
}

async function status(name: string | undefined, output: Output): Promise<void> {
  if (name !== undefined) requireKnown(name);
  const found = name === undefined ? await listControlPlanes() : [await controlPlaneStatus(name)];
  const body = found.map(({ parts, ...rest }) => ({ ...rest, parts: parts.map((part) => ({ ...part })) }));
  output.result("ControlPlanes", { items: body }, () => (found.length > 0 ? statusText(found) : "this project has no control plane"));
}

function statusText(found: readonly ControlPlaneStatus[]): string {
  const rows = found.flatMap(({ name, state, server = "", parts }) => [
    [name, state, server],
    ...parts.map((part) => [`  ${part.part}`, part.state, part.pid === undefined ? "" : `pid ${part.pid}`]),
  ]);
  return table([["name", "state", "where"], ...rows]);
}

async function env(name: string, { rehearse }: RehearseOption, output: Output): Promise<void> {
  const environment = rehearse ? environmentRelease(name, { rehearse }).environment : unwrap(loadCore(name));
  const settings = await engineSettings(environment, notedProgress(output));
  const path = [dirname(settings.engine), settings.env["PATH"]].filter(Boolean).join(":");
  const values = Object.fromEntries(
    [...LOCAL_VARIABLES.map((key) => [key, settings.env[key]]), ["PATH", path], ["PULUMI_STACK", name]].filter(
      ([, value]) => value !== undefined,
    ),
  );
  const lines = (): string =>
    Object.entries(values)
      .map(([key, value]) => `export ${key}='${String(value).replaceAll("'", "'\\''")}'`)
      .join("\n");
  output.result("Variables", values, lines);
}
