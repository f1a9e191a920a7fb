/** Streams whose pipelines go: they would run on without their Jobs, or end without a savepoint, so each is stopped before anything is deleted. */

import type { Core } from "#lib/environment/spec";
import { objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { type LivePipeline, livePipelines, pipelineOf } from "../beam/live-pipelines";
import { isStream, type StopClient, type StopOptions, type Stopped, stopPipeline } from "../beam/stop-pipeline";
import { isForbidden, messageOf } from "../cluster/api-error";
import { UnreachableError } from "../cluster/reach";
import { mayBeAway, withCluster } from "./cluster";
import { CommandError, EXIT } from "./exit-codes";

/** The option of commands that stop streams. */
export interface SkipStopOption {
  readonly skipStop?: boolean;
}

/** Flag and description of the option. */
export const SKIP_STOP = ["--skip-stop", "do not stop the streams of pipelines that go: they take no last savepoint"] as const;

/** A run that deletes. */
interface Deletion {
  readonly kind: "up" | "destroy";
  readonly release: Release;
  /** URNs of the only resources that it changes. @default all */
  readonly target?: readonly string[] | undefined;
}

/** Stops them; on an embedded control plane nothing runs. @throws CommandError with the way out, before anything is deleted */
export async function stopStreams(
  environment: Core,
  { skipStop, ...deletion }: Deletion & SkipStopOption,
  tell: (text: string) => void,
): Promise<void> {
  if (skipStop || environment.cluster.type === "embedded") return;
  try {
    await withCluster(environment, (client) => stopGoing(client, deletion, tell));
  } catch (thrown) {
    if (thrown instanceof UnreachableError && mayBeAway()) return;
    throw thrown;
  }
}

/** See {@link stopStreams}. */
export async function stopGoing(
  client: StopClient,
  deletion: Deletion,
  tell: (text: string) => void,
  options?: StopOptions,
): Promise<void> {
  const going = await streamsGoing(client, deletion, tell);
  for (const { name } of going) tell(`stopping the stream ${name}`);
  const ends = await Promise.allSettled(going.map(async (one) => tell(stoppedText(one, await stopPipeline(client, one, options)))));
  const reasons = ends.flatMap((end) => (end.status === "rejected" ? [reasonOf(end.reason)] : []));
  if (reasons.length > 0)
    throw new CommandError(
      EXIT.resource,
      `${reasons.join("; ")}; nothing was deleted`,
      `correct that and run it again, or give --skip-stop to ${deletion.kind} without a last savepoint`,
    );
}

/** What became of a stream, for people. */
function stoppedText({ name }: LivePipeline, { savepoint, messages }: Stopped): string {
  if (savepoint === undefined) return `${name} is stopped: ${messages.at(-1) ?? "it keeps no state"}`;
  return `${name} is stopped; when it comes back, give its last savepoint as pipelines.${name}.savepoint: ${savepoint}`;
}

async function streamsGoing(
  client: StopClient,
  { kind, release, target }: Deletion,
  tell: (text: string) => void,
): Promise<readonly LivePipeline[]> {
  const declared = release.objects.filter(({ manifest }) => pipelineOf(manifest) !== undefined);
  const staying = new Set(
    declared
      .filter(({ retention }) => kind === "up" || retention === "retain")
      .map(({ manifest }) => `${manifest.metadata.namespace}/${pipelineOf(manifest)}`),
  );
  const isHit = (id: string) => target === undefined || target.some((urn) => urn.endsWith(`::${id}`));
  try {
    const live = await livePipelines(client, release.environment);
    return live.filter(
      (one) => !staying.has(`${one.namespace}/${one.name}`) && one.jobs.every((job) => isHit(objectId(job))) && isStream(one),
    );
  } catch (thrown) {
    if (!isForbidden(thrown)) throw thrown;
    tell(`streams of pipelines that go are not stopped: ${thrown.message}`);
    return [];
  }
}

/** What a command says, without what it says to do next: that is another here. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof CommandError ? thrown.what : messageOf(thrown);
}
