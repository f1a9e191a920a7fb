/** `up`: applies an environment to its cluster. */

import type { Command } from "commander";
import { isForbidden } from "../../cluster/api-error";
import { withCluster } from "../cluster";
import { canAsk, confirm } from "../confirm";
import { endingCode } from "../ending";
import { requireEnvironment } from "../environment-release";
import { EXIT } from "../exit-codes";
import { type Ended, engineFlags, getReady, type LifecycleOptions, type Ready, runOn, say } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { type Output, processTerminal, type Terminal } from "../output";
import { forgetReplaced } from "../replaced";
import { SKIP_STOP, type SkipStopOption, stopStreams } from "../streams";
import { conclude } from "../summary";
import { notReady } from "./status/settled";

type UpOptions = LifecycleOptions & SkipStopOption;

/** The command `up`. */
export function upCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("up", "create or update an environment; starts its embedded control plane")
    .option("-y, --yes", "change without asking")
    .option("-r, --refresh", "refresh the state first, and repair drift")
    .option(
      "--ignore-missing",
      "go on without Secrets, storage classes and other things that the environment requires and the cluster lacks",
    )
    .option(...SKIP_STOP)
    .action((name: string, options: UpOptions) => runStreaming(options, (output) => up(name, options, output), terminal));
}

async function up(name: string, options: UpOptions, output: Output): Promise<void> {
  requireEnvironment(name);
  if (!options.yes && !canAsk(output)) await confirm("", output);
  const ready = await getReady("up", { name, options }, output);
  if (!options.yes && !(await previewed(ready, options, output))) return;
  await stopStreams(ready.environment, { kind: "up", release: ready.release, ...options }, (text) => say(output, text));
  // The preview was shown above, or was not requested.
  const refresh = options.refresh || ready.refresh;
  if (refresh) await forgetReplaced(ready);
  const flags = ["--yes", "--skip-preview", ...engineFlags({ ...options, refresh })];
  const ended = await runOn(ready, "up", flags, output);
  conclude(ready, { ...ended, notReady: await notReadyAfter(ready, ended, options) }, options, output);
}

/** A run that changed all it was asked to is complete only if `status` says so: the engine does not look at what it did not change. */
async function notReadyAfter({ environment, release }: Ready, ended: Ended, { target }: LifecycleOptions): Promise<Ended["notReady"]> {
  if (endingCode(ended) !== EXIT.ok || target !== undefined) return [];
  try {
    return await withCluster(environment, (client) => notReady(client, release));
  } catch (thrown) {
    // Who may change objects may still not list them in every namespace, as `status` does.
    if (isForbidden(thrown)) return [];
    throw thrown;
  }
}

/** Shows what would change and asks, if anything would; false if the preview failed. */
async function previewed(ready: Ready, options: LifecycleOptions, output: Output): Promise<boolean> {
  const preview = await runOn(ready, "preview", engineFlags({ ...options, expectNoChanges: false }), output);
  conclude(ready, preview, options, output);
  if (endingCode(preview) !== EXIT.ok) return false;
  if (preview.model.changes.size > 0) await confirm(`change ${ready.environment.name}?`, output);
  return true;
}
