/** Rules on pre-trained models that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { nearest, show } from "#lib/core/schema";
import type { IBucket } from "#lib/kube/bucket";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { nameProblems } from "#lib/kube/name-problems";
import { fileProblems } from "./formats";
import type { PretrainedModelSettings } from "./schema";

/** Job `<name>-fetch-<8 characters>` is a label of 63; claims and volumes are shorter. */
const NAME = { thing: "model", most: 40 };

/** Problems of a model; `path` is its path in the file. */
export function modelProblems(name: string, settings: PretrainedModelSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "pretrained-models.name", path }),
    ...fileProblems(settings.files, path),
    ...bucketProblems(settings, path),
  ];
}

/** Buckets that the Job reads and writes. */
export function bucketsOf({ source, place }: PretrainedModelSettings): IBucket[] {
  return [...(source.type === "bucket" ? [source.bucket] : []), ...(place.type === "bucket" ? [place.storage] : [])];
}

/** One Job reads the one and writes the other, and variables of SDKs hold one value. */
function bucketProblems(settings: PretrainedModelSettings, path: string): Problem[] {
  const { place } = settings;
  const namespace = place.type === "bucket" ? place.namespace : place.namespaces[0];
  if (namespace === undefined) return [];
  const differ = (at: string) => ({ id: "pretrained-models.buckets-differ", path: at });
  return bucketSetProblems(
    bucketsOf(settings),
    {
      problems: { differ, identityTwice: differ, variable: differ },
      namespace,
      serviceAccountAnnotations: {},
      variables: [],
      pathOf: () => `${path}.place.storage`,
    },
    path,
  );
}

/** Problem of a licence that nobody accepted. */
export function licenceProblems({ licence }: PretrainedModelSettings, accepted: readonly string[], path: string): Problem[] {
  if (accepted.includes(licence)) return [];
  const near = nearest(licence, accepted);
  return [
    {
      id: "pretrained-models.licence-not-accepted",
      path: `${path}.licence`,
      got: show(licence),
      allowed: accepted.length > 0 ? `one of ${accepted.join(", ")}` : "a licence of pretrainedModels.acceptedLicences, which is empty",
      fix: near
        ? `did you mean ${near}?`
        : `read the licence, and add ${show(licence)} to pretrainedModels.acceptedLicences if you accept it`,
    },
  ];
}

/** A model that nothing reads is never fetched into a volume. */
export const UNUSED = {
  id: "pretrained-models.unused",
  got: "a model that nothing reads",
  allowed: "a model that a workspace, training, a pipeline or serving reads",
  fix: "refer to it, list namespaces in its place, or remove it",
  severity: "warning",
} as const;
