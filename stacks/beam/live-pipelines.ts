/** Pipelines as a cluster has them: the Jobs of their submitters, and what the newest one submits. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { PIPELINE_LABEL } from "#lib/kube/beam-runner";
import type { KubeObject } from "#lib/kube/object";
import { unlessGone } from "../cluster/api-error";
import type { ListQuery } from "../cluster/calls";
import type { KubeClient } from "../cluster/client";
import { ownerSelector } from "../cluster/owned-objects";

/** A pipeline with at least one Job, or with a schedule. */
export interface LivePipeline {
  readonly name: string;
  readonly namespace: string;
  /** The newest Job; of a schedule that has made none, the one that it will make. */
  readonly job: KubeObject;
  /** All of its Jobs, newest first. */
  readonly jobs: readonly KubeObject[];
  /** The CronJob that makes its Jobs. @default it runs once */
  readonly schedule?: KubeObject;
  /** The files of the newest Job by their keys in its ConfigMap. @default the ConfigMap is gone */
  readonly files?: JsonObject;
}

/** All pipelines of an environment, or the one of a name. */
export async function livePipelines(
  client: Pick<KubeClient, "list" | "get">,
  environment: string,
  name?: string,
): Promise<readonly LivePipeline[]> {
  const ofPipelines = `${PIPELINE_LABEL}${name === undefined ? "" : `=${name}`}`;
  const labelSelector = `${ownerSelector(environment)},${ofPipelines}`;
  const query = (kind: string, selector: string): ListQuery => ({ apiVersion: "batch/v1", kind, labelSelector: selector });
  const [jobs, schedules] = await Promise.all(["Job", "CronJob"].map((kind) => client.list(query(kind, labelSelector))));
  const groups = new Map<string, KubeObject[]>();
  for (const job of jobs ?? []) {
    const key = `${job.metadata.namespace}/${pipelineOf(job)}`;
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  // What a CronJob makes has no labels of an owner: it is an object of the CronJob.
  const runs = schedules?.length ? await client.list(query("Job", ofPipelines)) : [];
  return Promise.all([
    ...[...groups.values()].map((all) => livePipeline(client, { jobs: all })),
    ...(schedules ?? []).map((schedule) => livePipeline(client, { jobs: runs.filter((job) => isOf(job, schedule)), schedule })),
  ]);
}

/** Has the CronJob made the Job? */
function isOf(job: KubeObject, schedule: KubeObject): boolean {
  const owners = listOf(valueAt(job, ["metadata", "ownerReferences"]));
  return owners.some((owner) => valueAt(owner, ["uid"]) === valueAt(schedule, ["metadata", "uid"]));
}

/** Name of the pipeline whose Job it is; `undefined` for any other object. */
export function pipelineOf({ metadata: { labels = {} } }: KubeObject): string | undefined {
  return labels[PIPELINE_LABEL];
}

/** What the submitter of the newest Job is told. */
export function pipelineSettings({ files }: Pick<LivePipeline, "files">): JsonObject {
  const text = files?.["settings.json"];
  const settings: unknown = typeof text === "string" ? JSON.parse(text) : {};
  return isJsonObject(settings) ? settings : {};
}

/** The value of an argument of the submitter, such as `flink_master`. */
export function submitterArgument({ job }: Pick<LivePipeline, "job">, name: string): string | undefined {
  const args = valueAt(job, ["spec", "template", "spec", "containers", 0, "args"]);
  const found = listOf(args).find((argument) => String(argument).startsWith(`--${name}=`));
  return found === undefined ? undefined : String(found).slice(name.length + 3);
}

/** Objects by their creation. */
export function newestFirst(objects: readonly KubeObject[]): readonly KubeObject[] {
  const createdAt = ({ metadata }: KubeObject) => String(metadata["creationTimestamp"] ?? "");
  return [...objects].sort((one, other) => compareText(createdAt(other), createdAt(one)));
}

/** A list, empty where there is none. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

async function livePipeline(
  client: Pick<KubeClient, "get">,
  { jobs: found, schedule }: { readonly jobs: readonly KubeObject[]; readonly schedule?: KubeObject },
): Promise<LivePipeline> {
  const jobs = newestFirst(found);
  const job = jobs[0] ?? (schedule && nextJob(schedule));
  if (job === undefined) throw new Error("a pipeline without Jobs");
  const { name, namespace = "default" } = (schedule ?? job).metadata;
  const configMap = await unlessGone(client.get({ apiVersion: "v1", kind: "ConfigMap", name, namespace }));
  const data = configMap?.["data"];
  return {
    name: pipelineOf(job) ?? name,
    namespace,
    job,
    jobs,
    ...(schedule && { schedule }),
    ...(isJsonObject(data) && { files: data }),
  };
}

/** The Job that a CronJob makes. */
function nextJob({ metadata, ...schedule }: KubeObject): KubeObject {
  const spec = valueAt(schedule, ["spec", "jobTemplate", "spec"]);
  return { apiVersion: "batch/v1", kind: "Job", metadata, ...(isJsonObject(spec) && { spec }) };
}
