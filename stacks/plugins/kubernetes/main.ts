/** The program that the Pulumi engine starts as `pulumi-resource-kubernetes <engine address>`. */

import { messageOf } from "#stacks/cluster/api-error";
import { keepStructsPlain } from "../plain-structs";
import { engineLog } from "./log";
import { KubernetesProvider } from "./provider";
import { serve } from "./serve";

/** Starts the provider and tells the engine its port, on the first line of standard output as plugins do. */
async function main(args: readonly string[]): Promise<void> {
  const address = args.filter((arg) => !arg.startsWith("-")).at(-1);
  if (!address) throw new Error("usage: pulumi-resource-kubernetes <engine address>; the Pulumi engine starts this program itself");
  endWithEngine();
  keepStructsPlain();
  const port = await serve(new KubernetesProvider(engineLog(address)));
  process.stdout.write(`${port}\n`);
}

/** An engine that was killed cannot end its plugins: whoever loses its parent ends itself. */
function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => process.ppid === engine || process.exit(1), 2_000).unref();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
