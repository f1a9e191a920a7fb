/** Rules on runners that a schema cannot express. */

import { DEFAULT_BEAM_SDK } from "#lib/beam/matrix";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { placementProblems } from "#lib/kube/placement";
import type { BeamRunnerSettings } from "./schema";
import { CLIENT } from "./spark";

/** Problems of a runner; `path` is the path of its props. */
export function beamRunnerProblems(settings: BeamRunnerSettings, path: string): Problem[] {
  return [...fitProblems(settings, path), ...imageProblems(settings, path), ...bucketProblems(settings, path)];
}

/** Buckets of a runner's pods; a Dask cluster has buckets of its own. */
export function bucketsOf(settings: BeamRunnerSettings): readonly IBucket[] {
  return settings.type === "dask" ? [] : [...settings.buckets, ...settings.models];
}

const differ = (path: string): ProblemPlace => ({ id: "beam-runners.buckets-differ", path });

/** A runner sets neither annotations nor variables itself, so that only buckets differ. */
const BUCKET_PROBLEMS = { differ, identityTwice: differ, variable: differ };

function bucketProblems(settings: BeamRunnerSettings, path: string): Problem[] {
  if (settings.type === "dask") return [];
  const { buckets, namespace } = settings;
  const pathOf = (index: number) =>
    joinPath(`${path}.${index < buckets.length ? "buckets" : "models"}`, [index < buckets.length ? index : index - buckets.length]);
  return bucketSetProblems(
    bucketsOf(settings),
    { problems: BUCKET_PROBLEMS, namespace, serviceAccountAnnotations: {}, variables: [], pathOf },
    path,
  );
}

/** A pod that fits no node of its pool would stay Pending. */
function fitProblems(settings: BeamRunnerSettings, path: string): Problem[] {
  const { cpu, memory, scratch, pool } = settings;
  const beside = settings.type === "spark" ? [settings.workers, CLIENT] : [];
  const ask = {
    cpu: beside.reduce((sum, each) => sum + each.cpu, cpu),
    memory: Size.mebibytes(beside.reduce((sum, each) => sum + each.memory.inMebibytes, memory.inMebibytes)),
    scratch,
  };
  return placementProblems(ask, pool, { id: "beam-runners.fits-no-machine", path });
}

/** Functions of a pipeline reach the workers pickled, and name modules of Beam. */
function imageProblems(settings: BeamRunnerSettings, path: string): Problem[] {
  if (settings.type !== "dask" || settings.cluster.image !== undefined) return [];
  const { cluster } = settings;
  return [
    {
      id: "beam-runners.image-without-beam",
      path: `${path}.cluster`,
      got: `cluster ${cluster.name} with the product's own image, which has no Beam`,
      allowed: `a cluster whose image has apache-beam[yaml]==${DEFAULT_BEAM_SDK} beside the cluster's own packages`,
      fix: `build such an image, and set image of the cluster ${cluster.name}`,
    },
  ];
}
