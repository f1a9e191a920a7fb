/** `up` and `destroy` of the command line, every step of them, with the benchmark's release instead of an environment's. */

import { simulatedNodes } from "#lib/kube/node-pool";
import { engineFlags, type LifecycleOptions, runOn, startedControlPlane } from "#stacks/cli/lifecycle";
import { runStreaming } from "#stacks/cli/lifecycle-command";
import { type Output, processTerminal } from "#stacks/cli/output";
import { conclude } from "#stacks/cli/summary";
import { engineSettings } from "#stacks/engine/settings";
import { ensureStack, recoverStack, requireStack } from "#stacks/engine/stack";
import { silent } from "#stacks/local/progress";
import { benchEnvironment } from "../lifecycle/environment";
import { benchRelease } from "../release";

const [kind, count, project = ".", ...flags] = process.argv.slice(2);

async function main(operation: "up" | "destroy", options: LifecycleOptions, output: Output): Promise<void> {
  const environment = benchEnvironment;
  const release = benchRelease(Number(count));
  const controlPlane = await startedControlPlane({ environment, nodes: simulatedNodes([]) }, silent);
  const settings = { ...(await engineSettings(environment, silent)), cwd: project };
  await (operation === "up" ? ensureStack(settings) : requireStack(settings));
  const { refresh } = recoverStack(settings);
  const ready = { environment, release, settings, controlPlane, refresh };
  const ended = await runOn(ready, operation, ["--yes", "--skip-preview", ...engineFlags({ ...options, refresh })], output);
  conclude(ready, ended, options, output);
}

const options: LifecycleOptions = { yes: true, expectNoChanges: flags.includes("--expect-no-changes") };
void runStreaming(options, (output) => main(kind === "destroy" ? "destroy" : "up", options, output), processTerminal);
