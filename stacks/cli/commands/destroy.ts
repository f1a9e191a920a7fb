/** `destroy`: removes everything the environment made, but what policy retains. */

import type { Command } from "commander";
import { ConfigError, type Problem } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { UnreachableError } from "../../cluster/reach";
import { mayBeAway, withCluster } from "../cluster";
import { confirm } from "../confirm";
import { dataAtRisk } from "../data-at-risk";
import { requireEnvironment } from "../environment-release";
import { engineFlags, getReady, type LifecycleOptions, type Ready, runOn } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { processTerminal, type Terminal } from "../output";
import { conclude } from "../summary";

/** The command `destroy`. */
export function destroyCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("destroy", "remove everything an environment made, but what holds data or definitions")
    .option("-y, --yes", "remove without asking")
    .option("-r, --refresh", "look at the cluster first")
    .action((name: string, options: LifecycleOptions) =>
      runStreaming(
        options,
        async (output) => {
          requireEnvironment(name);
          if (!options.yes) await confirm(`remove everything of ${name}?`, output);
          const ready = await getReady("destroy", { name, options }, output);
          if (options.target === undefined) await refuseDataLoss(ready);
          const flags = ["--yes", "--skip-preview", ...engineFlags({ ...options, refresh: options.refresh || ready.refresh })];
          conclude(ready, await runOn(ready, "destroy", flags, output), options, output);
        },
        terminal,
      ),
    );
}

async function refuseDataLoss({ environment, release }: Ready): Promise<void> {
  const problems = await atRisk(environment, release);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** A cluster that is gone has no data to lose. */
async function atRisk(environment: Core, release: Release): Promise<readonly Problem[]> {
  try {
    return await withCluster(environment, (client) => dataAtRisk(client, release));
  } catch (thrown) {
    if (thrown instanceof UnreachableError && mayBeAway()) return [];
    throw thrown;
  }
}
