/** Renders the objects of one pipeline file without an environment. */

import { ApiObject, App, Chart } from "cdk8s";
import { Construct } from "constructs";
import type { LockedCollection } from "#lib/beam/collection-lock";
import { BeamPipeline, type BeamPipelineProps } from "#lib/components/beam/index";
import { ExistingFlinkCluster, type ExistingFlinkClusterProps } from "#lib/components/flink/existing-cluster";
import { TransformCollection } from "#lib/components/transform-collections/index";
import { isError, type Result } from "#lib/core/problem";
import type { KubeObject } from "#lib/kube/object";
import { setPlace } from "#lib/kube/ownership";
import { problemsOf } from "#lib/kube/problems";

/** A pipeline and its target cluster. */
export interface RenderProps {
  readonly name: string;
  /** What messages call the file. @default the prop `definition` */
  readonly source?: string;
  readonly pipeline: BeamPipelineProps;
  readonly flink: ExistingFlinkClusterProps;
  /** Collections in the image of submitter and workers. @default none */
  readonly collections?: readonly { readonly name: string; readonly lock: LockedCollection }[];
}

/** The pipeline's objects, or its problems. */
export function renderObjects({ name, source, pipeline, flink, collections: locked = [] }: RenderProps): Result<readonly KubeObject[]> {
  const chart = new Chart(new App(), "pipeline");
  const scope = new Construct(chart, name);
  setPlace(scope, { source: name });
  const runner = new ExistingFlinkCluster(chart, "Flink", flink);
  const collections = locked.map(
    (one) => new TransformCollection(chart, `Collection-${one.name}`, { name: one.name, lock: one.lock, place: { type: "image" } }),
  );
  const made = new BeamPipeline(scope, "Pipeline", { ...pipeline, name, runner, source, collections, by: "options" });
  const problems = [runner, ...collections, made].flatMap(problemsOf);
  if (problems.some(isError)) return { ok: false, problems };
  const objects: KubeObject[] = made.node.findAll().flatMap((each) => (ApiObject.isApiObject(each) ? [each.toJson()] : []));
  return { ok: true, value: objects, warnings: problems };
}
