/** Rules on the collections of a pipeline, and what its submitter verifies of them. */

import type { PipelineCollection } from "#lib/beam/collections";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { IBeamRunner } from "#lib/kube/beam-runner";
import { type ITransformCollection, versionProblems } from "#lib/kube/transform-collection";

/** Where a pipeline runs. */
interface CollectionContext {
  readonly runner: IBeamRunner;
  /** Image of the submitter. @default that of the workers */
  readonly image: string | undefined;
  /** Path of the pipeline's props. */
  readonly path: string;
}

/** Problems of a pipeline's collections. */
export function collectionProblems(collections: readonly ITransformCollection[], context: CollectionContext): Problem[] {
  const path = `${context.path}.collections`;
  return [
    ...versionProblems(collections, { id: "pipelines.collection-versions", path }),
    ...collections.flatMap((collection) => [...otherVersions(collection, context, path), ...notInImage(collection, context, path)]),
  ];
}

/** Wheels are made for a Python, and their versions fit those of an image. */
function otherVersions({ name, lock }: ITransformCollection, { runner }: CollectionContext, path: string): Problem[] {
  const { beamSdk, python } = runner;
  if (lock.python === python && lock.beam === beamSdk) return [];
  return [
    {
      id: "pipelines.collection-locked-for-other-versions",
      path,
      got: `${name}, locked with Python ${lock.python} and Beam ${lock.beam}, on a runner with Python ${python} and Beam ${beamSdk}`,
      allowed: "a lock that was made in the image of the runner's workers",
      fix: `lock it again in apache/beam_python${python}_sdk:${beamSdk}`,
    },
  ];
}

const SDK_IMAGE = /(?:^|\/)apache\/beam_python[\d.]+_sdk[:@]/;

function notInImage({ name, inVolume }: ITransformCollection, { runner, image }: CollectionContext, path: string): Problem[] {
  const plain = [runner.workerImage, ...(image === undefined ? [] : [image])].find((one) => SDK_IMAGE.test(one));
  if (inVolume || plain === undefined) return [];
  return [
    {
      id: "pipelines.collection-not-in-image",
      path,
      got: `${name}, which is to be in the image, and ${plain}, which is Beam's own`,
      allowed: "an image with the collection for the submitter and the workers, or a collection in a volume",
      fix: `build the Dockerfile beside the lock and set the runner's image to it, or set transformCollections.${name}.place to a volume`,
    },
  ];
}

/** What the submitter compares the classes in its image or volume with. */
export function classesIn(collections: readonly PipelineCollection[]): JsonObject {
  return Object.fromEntries(
    collections.map(({ name, lock }) => [
      name,
      Object.fromEntries(
        Object.entries(lock.transforms).map(([transform, { class: full, source }]) => [transform, { class: full, source }]),
      ),
    ]),
  );
}
