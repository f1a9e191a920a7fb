/** `pipeline stop`: ends what a pipeline of an environment runs on Flink, with a last savepoint of a stream with state. */

import { Command } from "commander";
import type { Duration } from "#lib/core/duration";
import { unwrap } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";
import type { Core } from "#lib/environment/spec";
import { type LivePipeline, livePipelines } from "../../../beam/live-pipelines";
import { isOnFlink, STOP_SECONDS, stopPipeline } from "../../../beam/stop-pipeline";
import type { KubeClient } from "../../../cluster/client";
import { loadCore } from "../../../environments";
import { withCluster } from "../../cluster";
import { confirm } from "../../confirm";
import { CommandError, EXIT } from "../../exit-codes";
import { type CommonOptions, type Output, run, type Terminal } from "../../output";
import { timeout } from "./inputs";

interface StopOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly timeout: Duration;
}

/** The command `pipeline stop`. */
export function stopCommand(terminal: Terminal): Command {
  return new Command("stop")
    .description("stop what a pipeline of an environment runs on Flink; a stream with state leaves a last savepoint")
    .argument("<environment>", "name of the environment")
    .argument("<pipeline>", "name of the pipeline")
    .option("-y, --yes", "stop without asking")
    .addOption(timeout("how long it may take", STOP_SECONDS / 60))
    .option("--json", "print the result as JSON")
    .action((name: string, pipeline: string, options: StopOptions) =>
      run(options, (output) => stop({ name, pipeline }, options, output), terminal),
    );
}

async function stop(
  { name, pipeline }: { readonly name: string; readonly pipeline: string },
  options: StopOptions,
  output: Output,
): Promise<void> {
  const environment = unwrap(loadCore(name));
  await withCluster(environment, async (client) => {
    const live = await livePipelineNamed(client, environment, pipeline);
    refuseOthers(environment, live);
    if (!options.yes) await confirm(`stop ${pipeline} of ${name}?`, output);
    const { messages, savepoint } = await stopPipeline(client, live, { timeoutSeconds: options.timeout.seconds });
    output.result("PipelineStop", { environment: name, pipeline, messages, ...(savepoint !== undefined && { savepoint }) }, () =>
      [
        ...messages,
        `${pipeline} is stopped${savepoint === undefined ? "" : `; its last savepoint is ${savepoint}`}`,
        afterwards(name, live),
      ].join("\n"),
    );
  });
}

/** How it runs again; of a schedule, how it does not. */
function afterwards(environment: string, { namespace, job, schedule }: LivePipeline): string {
  if (schedule === undefined)
    return `to run it again: kubectl delete job -n ${namespace} ${job.metadata.name}, then beamstack-iac up ${environment} --refresh`;
  const suspend = `kubectl patch cronjob -n ${namespace} ${schedule.metadata.name} -p '{"spec":{"suspend":true}}'`;
  return `its next run starts by its schedule; to have none: ${suspend}`;
}

/** The pipeline of a name in the cluster. @throws CommandError with the names that there are */
export async function livePipelineNamed(client: Pick<KubeClient, "get" | "list">, { name }: Core, pipeline: string): Promise<LivePipeline> {
  const found = await livePipelines(client, name, pipeline);
  const [live, ...others] = found;
  if (live && others.length === 0) return live;
  if (live)
    throw new CommandError(
      EXIT.configuration,
      `${name} has pipelines ${pipeline} in the namespaces ${found.map(({ namespace }) => namespace).join(", ")}`,
      "remove all but one",
    );
  const names = (await livePipelines(client, name)).map((one) => one.name).sort();
  const near = nearest(pipeline, names);
  throw new CommandError(
    EXIT.configuration,
    `the cluster has no Job of a pipeline ${pipeline} of ${name}`,
    near ? `did you mean ${near}?` : names.length > 0 ? `its pipelines are ${names.join(", ")}` : `run beamstack-iac up ${name}`,
  );
}

/** What runs on no engine, or on none that is real. */
function refuseOthers({ name, cluster }: Core, live: LivePipeline): void {
  if (cluster.type === "embedded")
    throw new CommandError(
      EXIT.configuration,
      `${name} is on the embedded control plane, where pods are simulated and pipelines do not run`,
      "stop it in an environment with a cluster",
    );
  if (!isOnFlink(live))
    throw new CommandError(
      EXIT.configuration,
      `pipeline ${live.name} runs in the pod of its Job, not on Flink`,
      `it ends with its Job: kubectl delete job -n ${live.namespace} ${live.job.metadata.name}`,
    );
}
