/** The Job that stops what a pipeline runs: that of its submitter, so that account, network policies and addresses are the same. */

import { configMapData } from "#lib/components/beam/job";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { submitterFiles } from "#lib/imports/submitter/index";
import type { KubeObject } from "#lib/kube/object";
import { type LivePipeline, listOf } from "./live-pipelines";

/** Makes the submitter stop its pipeline. */
const STOP = { name: "BEAMSTACK_STOP", value: "1" };

/** Labels that the Job controller gives to a Job's pods. */
const OF_CONTROLLER = ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

/** How long a Job stays whose command was killed. */
const TTL_SECONDS = 3600;

/** The Job, and the files that it mounts. */
export interface StopObjects {
  readonly job: KubeObject;
  readonly files: KubeObject;
}

/**
 * Its files are those of the live pipeline with the submitter of this package: the live one may be older than the variable. It submits
 * nothing, so it needs no job server, and no Secrets of the pipeline.
 */
export function stopObjects({ name, namespace, job, files = {} }: LivePipeline, deadlineSeconds: number): StopObjects {
  const data = { ...files, ...configMapData(submitterFiles) };
  const metadata = { name: `${name}-stop`, namespace, labels: withoutController(job.metadata.labels) };
  const spec = objectAt(job, "spec");
  const template = objectAt(spec, "template");
  const podSpec = objectAt(template, "spec");
  const { initContainers: _sidecars, containers, volumes, ...pod } = podSpec;
  return {
    files: { apiVersion: "v1", kind: "ConfigMap", metadata, data },
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: {
        backoffLimit: 1,
        activeDeadlineSeconds: deadlineSeconds,
        ttlSecondsAfterFinished: TTL_SECONDS,
        podFailurePolicy: spec["podFailurePolicy"],
        template: {
          metadata: { ...objectAt(template, "metadata"), labels: withoutController(objectAt(objectAt(template, "metadata"), "labels")) },
          spec: {
            ...pod,
            containers: listOf(containers).filter(isJsonObject).map(stopping),
            volumes: listOf(volumes)
              .filter(isJsonObject)
              .map((volume) => mounted(volume, metadata.name, Object.keys(data))),
          },
        },
      },
    },
  };
}

function stopping(container: JsonObject): JsonObject {
  return { ...container, env: [...listOf(container["env"]), STOP] };
}

function mounted(volume: JsonObject, name: string, keys: readonly string[]): JsonObject {
  if (volume["name"] !== "pipeline") return volume;
  const items = keys.map((key) => ({ key, path: key.replaceAll("..", "/") }));
  return { ...volume, projected: { ...objectAt(volume, "projected"), sources: [{ configMap: { name, items } }] } };
}

function withoutController(labels: JsonValue | undefined): Record<string, string> {
  const entries = Object.entries(isJsonObject(labels) ? labels : {});
  return Object.fromEntries(entries.filter(([name]) => !OF_CONTROLLER.includes(name)).map(([name, value]) => [name, String(value)]));
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}
