/** A vector index as its store makes it: its shape, and requests of the store's API or statements of SQL. No store is named here. */

import type { JsonValue } from "#lib/core/json";
import type { CaMount } from "./ca-mount";
import type { DatabaseEnvironment } from "./database-clients";

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

/** What a store can have at most. */
interface IndexLimits {
  readonly maxDimensions: number;
  /** @default as many as the schema allows */
  readonly maxShards?: number;
  /** @default as many as the schema allows */
  readonly maxCopies?: number;
}

/** A request of a store's API. */
export interface IndexRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: JsonValue;
}

/** A value of an answer, by its keys; numbers are places in a list. */
export interface AnswerValue {
  readonly path: readonly (string | number)[];
  readonly value: JsonValue;
}

/** How readers find the vectors that are nearest to another one. */
interface IndexSearch {
  /** In its body the text `$vector` stands for the numbers of a vector, and `$count` for the number of documents. */
  readonly request: IndexRequest;
  /** Keys of the list of found documents in the answer, the nearest first. */
  readonly hits: readonly string[];
  /** Keys of the fields of a document in an item of that list. */
  readonly fields: readonly string[];
}

/** Requests that give the same result however often they are sent. */
export interface HttpIndexPlan extends IndexLimits {
  readonly type: "http";
  /** Reads an index that exists; it is made if it is missing. */
  readonly read: IndexRequest;
  /** Answer of `read` where the index is missing. @default status 404 */
  readonly missing?: AnswerValue;
  /** What every answer has when the store did as it was asked. @default a status below 300 tells */
  readonly done?: AnswerValue;
  /** Makes the index. */
  readonly create: IndexRequest;
  /** Values that the index has for good, in the answer of `read`. */
  readonly fixed: readonly AnswerValue[];
  /** Sets the alias to the served index, in one step for readers: the first request that the store takes. */
  readonly serve: readonly IndexRequest[];
  /** Deletes old indexes; one that does not exist is no error. */
  readonly expire: readonly IndexRequest[];
  /** Looks for documents by the alias. */
  readonly search: IndexSearch;
  /** Header with an API key. @default the store takes none */
  readonly keyHeader?: string;
  /** How user and password are sent: in HTTP's own way, or as a token `user:password`. @default "basic" */
  readonly scheme?: "basic" | "bearer";
}

/** Statements that give the same result however often they run, for libpq's client `psql`. */
export interface SqlIndexPlan extends IndexLimits {
  readonly type: "sql";
  /** They run in one transaction. */
  readonly statements: string;
  /** Variables of libpq. */
  readonly environment: DatabaseEnvironment;
  /** How the CA of the server gets into the pod. @default the client needs none */
  readonly trust?: CaMount;
}

/** How a store makes an index. */
export type IndexPlan = HttpIndexPlan | SqlIndexPlan;
