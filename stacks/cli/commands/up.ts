/** `up`: applies an environment to its cluster. */

import type { Command } from "commander";
import { canAsk, confirm } from "../confirm";
import { endingCode } from "../ending";
import { requireEnvironment } from "../environment-release";
import { EXIT } from "../exit-codes";
import { engineFlags, getReady, type LifecycleOptions, runOn } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { type Output, processTerminal, type Terminal } from "../output";
import { conclude } from "../summary";

/** The command `up`. */
export function upCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("up", "create or update an environment; starts its embedded control plane")
    .option("-y, --yes", "change without asking")
    .option("-r, --refresh", "refresh the state first, and repair drift")
    .option(
      "--ignore-missing",
      "go on without Secrets, storage classes and other things that the environment requires and the cluster lacks",
    )
    .action((name: string, options: LifecycleOptions) => runStreaming(options, (output) => up(name, options, output), terminal));
}

async function up(name: string, options: LifecycleOptions, output: Output): Promise<void> {
  requireEnvironment(name);
  if (!options.yes && !canAsk(output)) await confirm("", output);
  const ready = await getReady("up", { name, options }, output);
  if (!options.yes && !(await previewed(ready, options, output))) return;
  // The preview was shown above, or was not requested.
  const flags = ["--yes", "--skip-preview", ...engineFlags({ ...options, refresh: options.refresh || ready.refresh })];
  conclude(ready, await runOn(ready, "up", flags, output), options, output);
}

/** Shows what would change and asks, if anything would; false if the preview failed. */
async function previewed(ready: Awaited<ReturnType<typeof getReady>>, options: LifecycleOptions, output: Output): Promise<boolean> {
  const preview = await runOn(ready, "preview", engineFlags({ ...options, expectNoChanges: false }), output);
  conclude(ready, preview, options, output);
  if (endingCode(preview) !== EXIT.ok) return false;
  if (preview.model.changes.size > 0) await confirm(`change ${ready.environment.name}?`, output);
  return true;
}
