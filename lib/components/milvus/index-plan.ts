/** How Milvus makes a vector index. Source: Milvus 2.6, RESTful API reference v2, collections, aliases and search. */

import type { JsonObject } from "#lib/core/json";
import type { HttpIndexPlan, IndexRequest, IndexShape, Similarity } from "#lib/kube/index-plan";

const METRIC: Readonly<Record<Similarity, string>> = { cosine: "COSINE", "dot-product": "IP", euclidean: "L2" };

/** Code of an answer about a collection that does not exist. Source: Milvus 2.6, pkg/util/merr/errors.go, ErrCollectionNotFound. */
const NOT_FOUND = 100;

/** Longest ID of a document in bytes. */
const ID_BYTES = "512";

/** Requests for a collection with an ID of text, the vector, and any further fields. It is indexed and loaded at once. */
export function milvusIndexPlan({ alias, index, served, expired, dimensions, similarity, ...shape }: IndexShape): HttpIndexPlan {
  const { vectorField = "vector", shards } = shape;
  const metricType = METRIC[similarity];
  return {
    type: "http",
    read: post("collections/describe", { collectionName: index }),
    missing: { path: ["code"], value: NOT_FOUND },
    done: { path: ["code"], value: 0 },
    create: post("collections/create", {
      collectionName: index,
      schema: {
        autoID: false,
        enableDynamicField: true,
        fields: [
          { fieldName: "id", dataType: "VarChar", isPrimary: true, elementTypeParams: { max_length: ID_BYTES } },
          { fieldName: vectorField, dataType: "FloatVector", elementTypeParams: { dim: `${dimensions}` } },
        ],
      },
      indexParams: [{ fieldName: vectorField, indexName: vectorField, metricType, indexType: "AUTOINDEX" }],
      params: { shardsNum: shards },
    }),
    fixed: [
      { path: ["data", "fields", 1, "name"], value: vectorField },
      { path: ["data", "fields", 1, "params", 0, "value"], value: `${dimensions}` },
      { path: ["data", "indexes", 0, "metricType"], value: metricType },
      { path: ["data", "shardsNum"], value: shards },
    ],
    // An alias that exists is altered in one step; the first time there is none.
    serve: ["aliases/alter", "aliases/create"].map((path) => post(path, { aliasName: alias, collectionName: served })),
    expire: expired.map((collectionName) => post("collections/drop", { collectionName })),
    search: {
      request: post("entities/search", {
        collectionName: alias,
        data: ["$vector"],
        annsField: vectorField,
        limit: "$count",
        outputFields: ["*"],
      }),
      hits: ["data"],
      fields: [],
    },
    scheme: "bearer",
    maxDimensions: 32_768,
    // Milvus' default: proxy.maxShardNum.
    maxShards: 16,
    // Vectors are in the bucket; copies in memory are chosen when a collection is loaded, by its readers.
    maxCopies: 1,
  };
}

function post(path: string, body: JsonObject): IndexRequest {
  return { method: "POST", path: `/v2/vectordb/${path}`, body };
}
