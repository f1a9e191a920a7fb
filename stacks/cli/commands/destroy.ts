/** `destroy`: deletes the objects of an environment, except what policy retains and what others own. */

import type { Command } from "commander";
import { ConfigError } from "#lib/core/problem";
import { UnreachableError } from "../../cluster/reach";
import { forget, type RecordedObject, recordedObjects } from "../../engine/resources";
import { mayBeAway, withCluster } from "../cluster";
import { canAsk, confirm } from "../confirm";
import { dataAtRisk } from "../data-at-risk";
import { requireEnvironment } from "../environment-release";
import { guestsIn, replacedObjects } from "../foreign-objects";
import { engineFlags, getReady, type LifecycleOptions, type Ready, runOn, say } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { count, type Output, processTerminal, type Terminal } from "../output";
import { SKIP_STOP, type SkipStopOption, stopStreams } from "../streams";
import { conclude } from "../summary";

interface DestroyOptions extends LifecycleOptions, SkipStopOption {
  readonly deleteForeign?: boolean;
}

/** The command `destroy`. */
export function destroyCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("destroy", "delete the objects of an environment, except data, CRDs and namespaces with objects of others")
    .option("-y, --yes", "delete without asking")
    .option("-r, --refresh", "refresh the state first")
    .option("--delete-foreign", "also delete objects of others in the environment's namespaces, with their namespaces")
    .option(...SKIP_STOP)
    .action((name: string, options: DestroyOptions) => runStreaming(options, (output) => destroy(name, options, output), terminal));
}

async function destroy(name: string, options: DestroyOptions, output: Output): Promise<void> {
  requireEnvironment(name);
  if (!options.yes && !canAsk(output)) await confirm("", output);
  const ready = await getReady("destroy", { name, options }, output);
  const { guests, replaced } = await lookedAt(ready, options);
  for (const { id, guests: ids } of guests)
    say(output, `${id} ${options.deleteForeign ? "goes with" : "stays:"} ${count(ids.length, "object")} of others: ${ids.join(", ")}`);
  for (const { id } of replaced) say(output, `${id} is gone: an object of others has its name, and stays`);
  if (!options.yes) await confirm(`remove everything of ${name}?`, output);
  await stopStreams(ready.environment, { kind: "destroy", release: ready.release, ...options }, (text) => say(output, text));
  if (replaced.length > 0) await forget(ready.settings, new Set(replaced.map(({ urn }) => urn)));
  const kept = options.deleteForeign ? [] : guests;
  const flags = [
    ...["--yes", "--skip-preview", ...engineFlags({ ...options, refresh: options.refresh || ready.refresh })],
    ...kept.flatMap(({ urn }) => ["--exclude", urn]),
  ];
  conclude(ready, await runOn({ ...ready, kept: kept.map(({ id }) => id) }, "destroy", flags, output), options, output);
}

interface NamespaceWithGuests extends RecordedObject {
  /** Ids of the objects of others in it. */
  readonly guests: readonly string[];
}

interface Found {
  /** Namespaces that would go with objects of others in them. */
  readonly guests: readonly NamespaceWithGuests[];
  /** Recorded objects whose names others have taken. */
  readonly replaced: readonly RecordedObject[];
}

/**
 * Looks before anything is deleted: the provider deletes by name, and a namespace takes along what is in it.
 * A cluster that is gone has nothing to lose.
 *
 * @throws ConfigError where claims would go
 */
async function lookedAt({ environment, release, settings }: Ready, { target }: DestroyOptions): Promise<Found> {
  const recorded = await recordedObjects(settings);
  try {
    return await withCluster(environment, async (client) => {
      const problems = target === undefined ? await dataAtRisk(client, release) : [];
      if (problems.length > 0) throw new ConfigError(problems);
      const replaced = await replacedObjects(client, recorded, environment.name);
      const going = recorded.filter(
        (one) => one.kind === "Namespace" && !one.retained && !replaced.includes(one) && (target?.includes(one.urn) ?? true),
      );
      const found = await Promise.all(going.map(async (one) => ({ ...one, guests: await guestsIn(client, one.name, release) })));
      return { replaced, guests: found.filter(({ guests }) => guests.length > 0) };
    });
  } catch (thrown) {
    if (thrown instanceof UnreachableError && mayBeAway()) return { guests: [], replaced: [] };
    throw thrown;
  }
}
