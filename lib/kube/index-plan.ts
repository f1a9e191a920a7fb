/** A vector index as its store makes it: its shape, and requests of the store's API. No store is named here. */

import type { JsonValue } from "#lib/core/json";

/** How near two vectors are. */
export type Similarity = "cosine" | "dot-product" | "euclidean";

/** What a store is asked for. */
export interface IndexShape {
  /** Name that readers use. */
  readonly alias: string;
  /** Index that is made, and that writers use. */
  readonly index: string;
  /** Index that readers see by the alias. */
  readonly served: string;
  /** Indexes of older versions that are deleted. */
  readonly expired: readonly string[];
  /** Numbers in each vector. */
  readonly dimensions: number;
  readonly similarity: Similarity;
  /** Field of the vectors. @default that of the store */
  readonly vectorField?: string;
  readonly shards: number;
  /** Copies of each shard, on different nodes. */
  readonly copies: number;
}

/** A request of a store's API. */
interface IndexRequest {
  readonly method: "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: JsonValue;
}

/** Requests that give the same result however often they are sent. */
export interface IndexPlan {
  /** Where an index that exists is read; it is made if the answer is 404. */
  readonly read: string;
  /** Makes the index. */
  readonly create: IndexRequest;
  /** Values that the index has for good, by their keys in the answer of `read`. */
  readonly fixed: readonly { readonly path: readonly string[]; readonly value: JsonValue }[];
  /** Sets the alias to the served index, in one step for readers. */
  readonly serve: IndexRequest;
  /** Deletes old indexes; one that does not exist is no error. */
  readonly expire: readonly IndexRequest[];
  /** Header with an API key. @default the store takes none */
  readonly keyHeader?: string;
  /** Limits of the store. */
  readonly maxDimensions: number;
}
