/** `refresh`: reads the cluster into the state and reports drift. */

import type { Command } from "commander";
import { confirm } from "../confirm";
import { requireEnvironment } from "../environment-release";
import { engineFlags, getReady, type LifecycleOptions, runOn, say } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { processTerminal, type Terminal } from "../output";
import { forgetReplaced } from "../replaced";
import { conclude } from "../summary";

/** The command `refresh`. */
export function refreshCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("refresh", "read the cluster into the state and report drift; the next up repairs it")
    .option("-y, --yes", "update the state without asking")
    .action((name: string, options: LifecycleOptions) =>
      runStreaming(
        options,
        async (output) => {
          requireEnvironment(name);
          if (!options.yes) await confirm(`update the state of ${name} from the cluster?`, output);
          const ready = await getReady("refresh", { name, options }, output);
          const gone = await forgetReplaced(ready);
          const flags = ["--yes", "--skip-preview", ...engineFlags(options)];
          const ended = await runOn(ready, "refresh", flags, output);
          for (const { id } of gone) ended.model.changes.set(id, { id, operation: "delete", differences: {}, values: {} });
          for (const { id } of gone) say(output, `${id} is gone: an object of others has its name`);
          conclude(ready, ended, { ...options, diff: true }, output);
        },
        terminal,
      ),
    );
}
