/** The objects of a pipeline as a cluster has them. */

import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { ownerLabels } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { type RenderProps, renderObjects } from "#stacks/beam/render-objects";

/** Environment of {@link live}'s objects. */
export const ENVIRONMENT = "acme";

/** The rendered objects of a pipeline with owner labels, and what the API server and the Job controller add. */
export function live(name: string, pipeline: Partial<RenderProps["pipeline"]> = {}, created = "2026-01-01T00:00:00Z"): KubeObject[] {
  const definition =
    "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}\noptions: {streaming: true}\n";
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } as const;
  const objects = unwrap(
    renderObjects({ name, pipeline: { definition, ...pipeline }, flink: { name: "main", namespace: "flink", versions } }),
  );
  const owner = ownerLabels({ component: "beam", environment: ENVIRONMENT, stage: "pipelines" });
  return objects.map((object) => {
    const { metadata } = object;
    const labels = { ...metadata.labels, ...owner, ...(object.kind === "Job" && { "batch.kubernetes.io/job-name": metadata.name }) };
    return { ...object, metadata: { ...metadata, labels, uid: `uid-of-${object.kind}`, creationTimestamp: created } };
  });
}

/** A Job that the CronJob among objects has made. */
export function run(objects: readonly KubeObject[], number: number): KubeObject {
  const schedule = objects.find(({ kind }) => kind === "CronJob");
  if (!schedule) throw new Error("no CronJob");
  const { apiVersion, kind, metadata } = schedule;
  const { name, namespace = "default", uid } = metadata;
  const [template, spec] = [["metadata", "labels"], ["spec"]].map((path) => valueAt(schedule, ["spec", "jobTemplate", ...path]));
  const job = `${name}-${number}`;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: job,
      namespace,
      labels: { ...Object(template), "batch.kubernetes.io/job-name": job },
      ownerReferences: [{ apiVersion, kind, name, uid: String(uid) }],
      creationTimestamp: `2026-01-0${number}T00:00:00Z`,
    },
    spec: spec ?? null,
  };
}

/** The Job among objects, with a condition. */
export function ended(objects: readonly KubeObject[], type: "Complete" | "Failed" = "Complete"): KubeObject[] {
  return objects.map((object) => (object.kind === "Job" ? { ...object, status: { conditions: [{ type, status: "True" }] } } : object));
}
