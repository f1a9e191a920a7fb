/** Checks that the embedding models of a pipeline give vectors as long as the vector indexes that it writes. */

import { readDocument } from "#lib/beam/document";
import type { Problem } from "#lib/core/problem";
import { dimensionsText, embeddingModel, givesDimensions } from "#lib/kube/embedding-models";
import { ownerOf } from "#lib/kube/ownership";
import type { IVectorIndex } from "#lib/kube/vector-index";
import type { IVectorStore } from "#lib/kube/vector-store";

/** Keys under which transforms name their model. Sources: Beam 2.77, MLTransform's embeddings (`model_name`); transforms of Beamstack (`embed_model`). */
const MODEL_KEYS: ReadonlySet<string | number | undefined> = new Set(["model_name", "embed_model", "embedding_model"]);

/** A pipeline and the indexes of its environment. */
export interface IndexContext {
  /** Path of the pipeline's props. */
  readonly path: string;
  /** Every index of the environment. */
  readonly indexes: readonly IVectorIndex[];
  /** Stores that its workers may reach. */
  readonly reachable: readonly IVectorStore[];
  /** The submitted file; absent if it cannot be compiled. */
  readonly text: string | undefined;
}

/** A problem for each index that the file names and that a model of the file does not fit; unknown models are not judged. */
export function indexProblems({ path, indexes, reachable, text = "" }: IndexContext): Problem[] {
  const written = indexes.filter(
    ({ store, shape }) => reachable.includes(store) && [shape.index, shape.alias].some((name) => names(text, name)),
  );
  if (written.length === 0) return [];
  const models = [...new Set(readDocument(text).values.flatMap(({ path: at, scalar }) => (MODEL_KEYS.has(at.at(-1)) ? [scalar] : [])))];
  return written.flatMap((index) => models.flatMap((model) => (typeof model === "string" ? mismatch(index, model, path) : [])));
}

/** Is the name a word of the text? */
function names(text: string, name: string): boolean {
  return new RegExp(`(?<![-\\w])${name}(?![-\\w])`).test(text);
}

function mismatch(index: IVectorIndex, model: string, path: string): Problem[] {
  const { shape } = index;
  const known = embeddingModel(model);
  if (known === undefined || givesDimensions(known, shape.dimensions)) return [];
  return [
    {
      id: "pipelines.index-dimensions",
      path: `${path}.definition`,
      got: `vectors of ${model} for the index ${shape.alias} of ${shape.dimensions} dimensions`,
      allowed: `a model of ${shape.dimensions} dimensions; ${model} has ${dimensionsText(known)}`,
      fix: `use another model, or set dimensions: ${known.most} in a new version of ${ownerOf(index).source}`,
    },
  ];
}
