/** Rules on vector indexes that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { dimensionsText, embeddingModel, givesDimensions } from "#lib/kube/embedding-models";
import type { IndexPlan } from "#lib/kube/index-plan";
import type { VectorIndexSettings } from "./schema";

/** Problems of an index; `path` is its path in the file. */
export function vectorIndexProblems(settings: VectorIndexSettings, plan: IndexPlan, path: string): Problem[] {
  return [
    ...dimensionProblems(settings, plan.maxDimensions, path),
    ...partProblems(settings, plan, path),
    ...versionProblems(settings, path),
  ];
}

/** One problem: too many for the store, else not those of the model. */
function dimensionProblems({ dimensions, model, store }: VectorIndexSettings, most: number, path: string): Problem[] {
  if (dimensions > most)
    return [
      {
        id: "vector-indexes.too-many-dimensions",
        path: `${path}.dimensions`,
        got: `${dimensions} dimensions in the store ${store.name}`,
        allowed: `at most ${most}`,
        fix: "use a model with fewer dimensions, or another store",
      },
    ];
  const known = model === undefined ? undefined : embeddingModel(model);
  if (known === undefined || givesDimensions(known, dimensions)) return [];
  return [
    {
      id: "vector-indexes.dimensions",
      path: `${path}.dimensions`,
      got: `${dimensions} dimensions for vectors of ${model}`,
      allowed: dimensionsText(known),
      fix: `set dimensions: ${known.most}, or name another model`,
    },
  ];
}

/** Some stores divide and copy no single index. */
function partProblems({ store, ...settings }: VectorIndexSettings, { maxShards, maxCopies }: IndexPlan, path: string): Problem[] {
  const limits = { shards: maxShards, copies: maxCopies } as const;
  return (["shards", "copies"] as const).flatMap((part) => {
    const most = limits[part];
    if (most === undefined || settings[part] <= most) return [];
    return [
      {
        id: `vector-indexes.too-many-${part}`,
        path: `${path}.${part}`,
        got: `${settings[part]} ${part} in the store ${store.name}`,
        allowed: most === 1 ? `1: the store has no ${part} of a single index` : `at most ${most}`,
        fix: `remove ${part}`,
      },
    ];
  });
}

function versionProblems({ version, served = version, keep }: VectorIndexSettings, path: string): Problem[] {
  if (served > version)
    return [
      {
        id: "vector-indexes.served-version",
        path: `${path}.served`,
        got: `version ${served}, and the newest is ${version}`,
        allowed: `1 to ${version}`,
        fix: "lower served, or raise version",
      },
    ];
  if (keep === undefined || keep < served - 1) return [];
  return [
    {
      id: "vector-indexes.keep-without-effect",
      path: `${path}.keep`,
      got: `${keep} versions before version ${served}`,
      allowed: `less than ${served - 1}: no more versions are older`,
      fix: "remove keep, or lower it",
    },
  ];
}
