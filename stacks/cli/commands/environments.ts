/** `environments`: the environments of this project, where each runs, and when it was last changed. */

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { unwrap } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import { backendFolder, stateFiles } from "../../engine/backend";
import { chosenBackend } from "../../engine/first-run";
import { allEnvironments, loadCore } from "../../environments";
import { instanceNamed } from "../../local/control-plane/instance";
import { environmentPath, projectFile, projectOf } from "../../project";
import { type CommonOptions, type Output, processTerminal, run, type Terminal } from "../output";
import { table } from "../table";

/** The command `environments`. */
export function environmentsCommand(terminal: Terminal = processTerminal): Command {
  return new Command("environments")
    .description("list the environments of this project: cluster, last update, file")
    .option("--json", "print the result as JSON")
    .action((options: CommonOptions) => run(options, environments, terminal));
}

/** One environment. */
type Row = {
  readonly name: string;
  readonly file: string;
  /** @default the file has problems */
  readonly cluster?: string;
  /** When the state was last written, ISO 8601. @default never, or the state is not on this machine */
  readonly updated?: string;
  /** The same of its rehearsal. @default none */
  readonly rehearsed?: string;
};

function environments(output: Output): void {
  const rows = unwrap(allEnvironments()).map(rowOf);
  output.result("Environments", { items: rows.map((row) => ({ ...row })) }, () =>
    table([["name", "cluster", "last update", "rehearsal", "file"], ...rows.map(textOf)]),
  );
}

function rowOf(name: string): Row {
  const file = environmentPath(name);
  const core = loadCore(name);
  if (!core.ok) return { name, file };
  const own = updated(core.value, name);
  const rehearsed = core.value.cluster.type === "embedded" ? undefined : timeOf(embeddedFolder(name), name);
  return { name, file, cluster: clusterText(core.value), ...(own && { updated: own }), ...(rehearsed && { rehearsed }) };
}

function textOf({ name, cluster = `has problems: validate ${name}`, updated: own = "-", rehearsed = "-", file }: Row): string[] {
  return [name, cluster, own, rehearsed, file];
}

function clusterText({ cluster }: Core): string {
  return cluster.type === "context" ? `context ${cluster.context}` : cluster.type;
}

function updated({ cluster }: Core, name: string): string | undefined {
  const folder = cluster.type === "embedded" ? embeddedFolder(name) : backendFolder(chosenBackend() ?? "", projectOf().root);
  return folder === undefined ? undefined : timeOf(folder, name);
}

function embeddedFolder(name: string): string {
  return join(instanceNamed(name).folder, "pulumi");
}

/** Time of the stack's state in a folder; destroying the stack's last object writes it, too. */
function timeOf(folder: string, stack: string): string | undefined {
  const project = projectFile()?.name;
  if (project === undefined) return undefined;
  const { state } = stateFiles(folder, { project, stack });
  return existsSync(state)
    ? statSync(state)
        .mtime.toISOString()
        .replace(/\.\d+Z$/, "Z")
    : undefined;
}
