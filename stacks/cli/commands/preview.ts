/** `preview`: what `up` would change. */

import type { Command } from "commander";
import { engineFlags, type LifecycleOptions, runOn, withPreview } from "../lifecycle";
import { lifecycleCommand, runStreaming } from "../lifecycle-command";
import { processTerminal, type Terminal } from "../output";
import { conclude } from "../summary";

/** The command `preview`. */
export function previewCommand(terminal: Terminal = processTerminal): Command {
  return lifecycleCommand("preview", "show what up would change; needs no cluster")
    .option("-r, --refresh", "refresh the state first")
    .action((name: string, options: LifecycleOptions) =>
      runStreaming(
        options,
        (output) =>
          withPreview({ name, options }, output, async (ready) =>
            conclude(
              ready,
              await runOn(ready, "preview", engineFlags({ ...options, refresh: options.refresh || ready.refresh }), output),
              options,
              output,
            ),
          ),
        terminal,
      ),
    );
}
