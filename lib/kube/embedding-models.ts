/** Embedding models: how many numbers their vectors have. */

/** Lengths of vectors that a model gives: one, or any from `least` to `most` for models whose vectors may be cut. */
export interface EmbeddingModel {
  readonly least: number;
  readonly most: number;
}

const fixed = (dimensions: number): EmbeddingModel => ({ least: dimensions, most: dimensions });

/**
 * Models by name, without the organization that publishes them. Sources: OpenAI documentation, "Vector embeddings" (version 3 models take `dimensions`);
 * model cards on Hugging Face.
 */
const MODELS: Readonly<Record<string, EmbeddingModel>> = {
  "text-embedding-ada-002": fixed(1536),
  "text-embedding-3-small": { least: 1, most: 1536 },
  "text-embedding-3-large": { least: 1, most: 3072 },
  "all-MiniLM-L6-v2": fixed(384),
  "all-MiniLM-L12-v2": fixed(384),
  "all-mpnet-base-v2": fixed(768),
  "multi-qa-mpnet-base-dot-v1": fixed(768),
  "paraphrase-multilingual-MiniLM-L12-v2": fixed(384),
  "bge-small-en-v1.5": fixed(384),
  "bge-base-en-v1.5": fixed(768),
  "bge-large-en-v1.5": fixed(1024),
  "bge-m3": fixed(1024),
  "e5-small-v2": fixed(384),
  "e5-base-v2": fixed(768),
  "e5-large-v2": fixed(1024),
  "multilingual-e5-large": fixed(1024),
  "gte-small": fixed(384),
  "gte-base": fixed(768),
  "gte-large": fixed(1024),
  "nomic-embed-text-v1.5": { least: 64, most: 768 },
};

/** Names of the known models. */
export const EMBEDDING_MODELS: readonly string[] = Object.keys(MODELS);

/** A known model; its name may have an organization before it. */
export function embeddingModel(name: string): EmbeddingModel | undefined {
  const own = name.slice(name.lastIndexOf("/") + 1);
  return Object.hasOwn(MODELS, own) ? MODELS[own] : undefined;
}

/** Can vectors of the model have this length? */
export function givesDimensions({ least, most }: EmbeddingModel, dimensions: number): boolean {
  return dimensions >= least && dimensions <= most;
}

/** The lengths as text. */
export function dimensionsText({ least, most }: EmbeddingModel): string {
  return least === most ? `${most}` : `${least} to ${most}`;
}
