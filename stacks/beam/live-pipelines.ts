/** Pipelines as a cluster has them: the Jobs of their submitters, and what the newest one submits. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { PIPELINE_LABEL } from "#lib/kube/beam-runner";
import type { KubeObject } from "#lib/kube/object";
import { unlessGone } from "../cluster/api-error";
import type { ListQuery } from "../cluster/calls";
import type { KubeClient } from "../cluster/client";
import { ownerSelector } from "../cluster/owned-objects";

/** A pipeline with at least one Job. */
export interface LivePipeline {
  readonly name: string;
  readonly namespace: string;
  /** The newest Job. */
  readonly job: KubeObject;
  /** All of its Jobs, newest first. */
  readonly jobs: readonly KubeObject[];
  /** The files of the newest Job by their keys in its ConfigMap. @default the ConfigMap is gone */
  readonly files?: JsonObject;
}

/** All pipelines of an environment, or the one of a name. */
export async function livePipelines(
  client: Pick<KubeClient, "list" | "get">,
  environment: string,
  name?: string,
): Promise<readonly LivePipeline[]> {
  const labelSelector = `${ownerSelector(environment)},${PIPELINE_LABEL}${name === undefined ? "" : `=${name}`}`;
  const query: ListQuery = { apiVersion: "batch/v1", kind: "Job", labelSelector };
  const groups = new Map<string, KubeObject[]>();
  for (const job of await client.list(query)) {
    const key = `${job.metadata.namespace}/${pipelineOf(job)}`;
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return Promise.all([...groups.values()].map((jobs) => livePipeline(client, jobs)));
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

async function livePipeline(client: Pick<KubeClient, "get">, found: readonly KubeObject[]): Promise<LivePipeline> {
  const jobs = newestFirst(found);
  const [job] = jobs;
  if (job === undefined) throw new Error("a pipeline without Jobs");
  const { name, namespace = "default" } = job.metadata;
  const configMap = await unlessGone(client.get({ apiVersion: "v1", kind: "ConfigMap", name, namespace }));
  const data = configMap?.["data"];
  return { name: pipelineOf(job) ?? name, namespace, job, jobs, ...(isJsonObject(data) && { files: data }) };
}
