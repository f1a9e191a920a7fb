/** Stops what a pipeline runs on Flink, with a last savepoint of a stream with state, by a Job of the pipeline's own submitter. */

import { setTimeout as pause } from "node:timers/promises";
import { type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { CommandError, EXIT } from "../cli/exit-codes";
import { ApiError, unlessGone } from "../cluster/api-error";
import { type ObjectRef, refOf } from "../cluster/calls";
import type { KubeClient } from "../cluster/client";
import { podLog } from "../cluster/pod-log";
import { objectsAt } from "../health/fields";
import { podTroubles } from "../health/pods";
import { type LivePipeline, newestFirst, pipelineSettings, submitterArgument } from "./live-pipelines";
import { type StopObjects, stopObjects } from "./stop-job";

/** What of a client it needs. */
export type StopClient = Pick<KubeClient, "get" | "list" | "create" | "patch" | "delete" | "text">;

/** How it stops. */
export interface StopOptions {
  /** @default 15 minutes: Flink's own limit of a savepoint is ten */
  readonly timeoutSeconds?: number;
  /** Time between two looks at the Job. @default one second */
  readonly pollMs?: number;
}

/** A pipeline that was stopped. */
export interface Stopped {
  /** What the submitter said. */
  readonly messages: readonly string[];
  /** Where its state is. @default it keeps none, or none is known */
  readonly savepoint?: string;
}

/** The default of {@link StopOptions.timeoutSeconds}. */
export const STOP_SECONDS = 900;
/** The Job outlives the wait for it, so that its pod can still be asked for the reason. */
const GRACE_SECONDS = 60;
/** A submitter says less than this. */
const LINES = 500;
const SAID = "beamstack: ";

/** Does it run on a Flink cluster, which goes on with it when its Job is deleted? */
export function isOnFlink(pipeline: LivePipeline): boolean {
  return submitterArgument(pipeline, "flink_master") !== undefined;
}

/** Does it run until it is stopped? A pipeline whose files are gone may. */
export function isStream(pipeline: LivePipeline): boolean {
  return isOnFlink(pipeline) && (pipeline.files === undefined || pipelineSettings(pipeline)["outcome"] === "running");
}

/**
 * Stops a pipeline. Its submitters are suspended first, as one that is at work would start it again; they are resumed if the stop fails.
 *
 * @throws CommandError with the reason if anything of it may still run
 */
export async function stopPipeline(client: StopClient, pipeline: LivePipeline, options: StopOptions = {}): Promise<Stopped> {
  const { name, namespace } = pipeline;
  if (pipeline.files === undefined)
    throw notStopped(pipeline, `the ConfigMap ${(pipeline.schedule ?? pipeline.job).metadata.name} in namespace ${namespace} is gone`);
  const { timeoutSeconds = STOP_SECONDS, pollMs = 1000 } = options;
  const objects = stopObjects(pipeline, timeoutSeconds + GRACE_SECONDS);
  const active = pipeline.jobs.filter((job) => endOf(job) === undefined);
  const wait = { pollMs, until: performance.now() + timeoutSeconds * 1000 };
  await suspend(client, active, true);
  try {
    await untilNone(client, active, wait);
    const messages = await ranToItsEnd(client, objects, wait);
    const savepoint = await savepointOf(client, pipeline);
    return { messages, ...(savepoint !== undefined && { savepoint }) };
  } catch (thrown) {
    await suspend(client, active, false);
    throw thrown instanceof StopError ? notStopped({ name }, thrown.message) : thrown;
  }
}

class StopError extends Error {}

/** Conditions of a Job that has ended. */
const ENDS = ["Complete", "Failed"] as const;
type JobEnd = (typeof ENDS)[number];

interface Wait {
  readonly pollMs: number;
  /** A time of `performance.now()`. */
  readonly until: number;
}

function notStopped({ name }: Pick<LivePipeline, "name">, reason: string): CommandError {
  return new CommandError(EXIT.resource, `pipeline ${name} was not stopped: ${reason}`, "correct that, and run it again");
}

async function suspend(client: StopClient, jobs: readonly KubeObject[], suspended: boolean): Promise<void> {
  const patch = { type: "merge", body: { spec: { suspend: suspended } } } as const;
  await Promise.all(jobs.map((job) => unlessGone(client.patch(refOf(job), patch, { fieldManager: "beamstack-iac-stop" }))));
}

/** Waits for the end of the pods of suspended submitters. */
async function untilNone(client: StopClient, jobs: readonly KubeObject[], wait: Wait): Promise<void> {
  const runs = (pod: KubeObject) => !["Succeeded", "Failed"].includes(String(valueAt(pod, ["status", "phase"])));
  for (const job of jobs)
    await until(
      async () => (await podsOf(client, job)).every((pod) => !runs(pod)),
      `the submitter ${job.metadata.name} does not end`,
      wait,
    );
}

/** Runs the Job; returns what its pod said. */
async function ranToItsEnd(client: StopClient, { job, files }: StopObjects, wait: Wait): Promise<readonly string[]> {
  await remove(client, { job, files });
  await until(
    async () => (await unlessGone(client.get(refOf(job)))) === undefined,
    `an older Job ${job.metadata.name} is still there`,
    wait,
  );
  try {
    const { metadata } = await client.create(job);
    // With an owner, it goes with a Job whose command was killed.
    const owner = { apiVersion: job.apiVersion, kind: job.kind, name: metadata.name, uid: String(metadata["uid"]) };
    await client.create({ ...files, metadata: { ...files.metadata, ownerReferences: [owner] } });
    const end = await awaitedEnd(client, job, wait);
    const messages = await wordsOf(client, job);
    if (end === "Complete") return messages;
    const look = { list: client.list.bind(client), get: (ref: ObjectRef) => unlessGone(client.get(ref)) };
    const troubles = await podTroubles(job.metadata.namespace, selectorOf(job), look);
    throw new StopError(messages.at(-1) ?? troubles.at(-1) ?? (end ? "its Job failed" : "its Job did not end in time"));
  } finally {
    await remove(client, { job, files });
  }
}

async function awaitedEnd(client: StopClient, job: KubeObject, wait: Wait): Promise<JobEnd | undefined> {
  for (; performance.now() < wait.until; await pause(wait.pollMs)) {
    const end = endOf(await client.get(refOf(job)));
    if (end !== undefined) return end;
  }
  return undefined;
}

/** `undefined` while it may still run. */
function endOf(job: KubeObject): JobEnd | undefined {
  const has = (end: JobEnd) => objectsAt(job, "status", "conditions").some(({ type, status }) => type === end && status === "True");
  return ENDS.find(has);
}

async function remove(client: StopClient, { job, files }: StopObjects): Promise<void> {
  await unlessGone(client.delete(refOf(job), { propagationPolicy: "Background" }));
  await unlessGone(client.delete(refOf(files)));
}

/** What its newest pod that ended said; nothing where logs may not be read. */
async function wordsOf(client: StopClient, job: KubeObject): Promise<readonly string[]> {
  try {
    const [pod] = newestFirst(await podsOf(client, job));
    const lines = pod ? await podLog(client, pod, { container: "submit", tailLines: LINES }) : [];
    return lines.filter((line) => line.startsWith(SAID)).map((line) => line.slice(SAID.length));
  } catch (thrown) {
    // Not ours to read, of a container that has not started, or on a node that does not answer: its outcome is known without.
    if (thrown instanceof ApiError) return [];
    throw thrown;
  }
}

async function savepointOf(client: StopClient, { namespace, ...pipeline }: LivePipeline): Promise<string | undefined> {
  const { state } = pipelineSettings(pipeline);
  if (typeof state !== "string") return undefined;
  const kept = await unlessGone(client.get({ apiVersion: "v1", kind: "ConfigMap", name: state, namespace }));
  const savepoint: JsonValue | undefined = valueAt(kept, ["data", "savepoint"]);
  return typeof savepoint === "string" ? savepoint : undefined;
}

function podsOf(client: StopClient, job: KubeObject): Promise<readonly KubeObject[]> {
  const { namespace = "default" } = job.metadata;
  return client.list({ apiVersion: "v1", kind: "Pod", namespace, labelSelector: selectorOf(job) });
}

function selectorOf({ metadata: { name } }: KubeObject): string {
  return `batch.kubernetes.io/job-name=${name}`;
}

async function until(reached: () => Promise<boolean>, otherwise: string, { pollMs, until: end }: Wait): Promise<void> {
  while (!(await reached())) {
    if (performance.now() > end) throw new StopError(otherwise);
    await pause(pollMs);
  }
}
