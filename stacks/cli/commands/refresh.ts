/** `refresh`: takes into the state what the cluster really has. */

import type { Command } from "commander";
import { confirm } from "../confirm";
import { engineFlags, getReady, type LifecycleOptions, runOn } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { processTerminal, type Terminal } from "../output";
import { conclude } from "../summary";

/** The command `refresh`. */
export function refreshCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("refresh", "read the cluster and show what was changed by hand; up then mends it")
    .option("-y, --yes", "write what was read into the state without asking")
    .action((name: string, options: LifecycleOptions) =>
      runStreaming(
        options,
        async (output) => {
          if (!options.yes) await confirm(`read ${name} into its state?`, output);
          const ready = await getReady("refresh", name, output);
          const flags = ["--yes", "--skip-preview", ...engineFlags(options)];
          conclude(ready, await runOn(ready, "refresh", flags, output), { ...options, diff: true }, output);
        },
        terminal,
      ),
    );
}
