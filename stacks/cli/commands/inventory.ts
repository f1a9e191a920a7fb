/** `inventory`: every object of an environment in its cluster, and whether it stays on destroy. */

import { Command } from "commander";
import { STAGES } from "#lib/kube/stage";
import { type InventoryEntry, inventoryOf } from "#lib/release/inventory";
import { ownedObjects } from "../../cluster/owned-objects";
import { withCluster } from "../cluster";
import { environmentRelease, REHEARSE, type RehearseOption } from "../environment-release";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { table } from "../table";

/** The command `inventory`. */
export function inventoryCommand(terminal: Terminal = processTerminal): Command {
  return new Command("inventory")
    .description("list the objects that an environment owns in its cluster, and which stay on destroy")
    .argument("<environment>", "name of the environment")
    .option(...REHEARSE)
    .option("--json", "print the result as JSON")
    .action((name: string, options: CommonOptions & RehearseOption) =>
      run(options, (output) => inventory(name, options, output), terminal),
    );
}

async function inventory(name: string, options: RehearseOption, output: Output): Promise<void> {
  const { environment, release } = environmentRelease(name, options);
  const { objects, hidden } = await withCluster(environment, (client) => ownedObjects(client, name));
  for (const kind of hidden) output.note(`not readable: ${kind}`);
  const entries = inventoryOf(objects, release);
  const retained = entries.filter(({ retention }) => retention === "retain").length;
  const stray = entries.filter(({ declared }) => !declared).length;
  output.result("Inventory", { environment: name, objects: entries.map((entry) => ({ ...entry })), retained, stray, hidden }, () =>
    [
      ...(entries.length > 0 ? [inventoryTable(entries, output)] : []),
      `${count(entries.length, "object")} of ${name}; ${retained} stay on destroy, ${stray} no longer declared`,
    ].join("\n"),
  );
}

function inventoryTable(entries: readonly InventoryEntry[], { colors }: Output): string {
  const order: readonly string[] = STAGES;
  const sorted = [...entries].sort((a, b) => order.indexOf(a.stage) - order.indexOf(b.stage));
  const rows = sorted.map(({ stage, component, kind, namespace = "-", name, retention, declared }) => [
    stage,
    component,
    kind,
    namespace,
    name,
    { text: retention === "retain" ? "retain" : "delete", paint: retention === "retain" ? colors.yellow : (text: string) => text },
    ...(declared ? [] : [{ text: "no longer declared", paint: colors.red }]),
  ]);
  return table([["STAGE", "COMPONENT", "KIND", "NAMESPACE", "NAME", "ON DESTROY"], ...rows]);
}
