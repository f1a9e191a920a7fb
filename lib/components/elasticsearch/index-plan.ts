/** How Elasticsearch makes a vector index. Source: Elasticsearch 9 reference, create index, dense vector field type, aliases, kNN search. */

import type { HttpIndexPlan, IndexShape, Similarity } from "#lib/kube/index-plan";

const SIMILARITY: Readonly<Record<Similarity, string>> = { cosine: "cosine", "dot-product": "dot_product", euclidean: "l2_norm" };

/** Vectors that each shard looks at: more find nearer ones, and take longer. It must not be less than the documents asked for. */
const CANDIDATES = 100;

/** Requests for an index. Other fields get their types from the first document. */
export function elasticsearchIndexPlan(shape: IndexShape): HttpIndexPlan {
  const { alias, index, served, expired, dimensions, vectorField = "vector", shards, copies } = shape;
  const similarity = SIMILARITY[shape.similarity];
  const properties = { [vectorField]: { type: "dense_vector", dims: dimensions, index: true, similarity } };
  const field = [index, "mappings", "properties", vectorField];
  return {
    type: "http",
    read: { method: "GET", path: `/${index}` },
    create: {
      method: "PUT",
      path: `/${index}`,
      body: { settings: { number_of_shards: shards, number_of_replicas: copies - 1 }, mappings: { properties } },
    },
    fixed: [
      { path: [...field, "dims"], value: dimensions },
      { path: [...field, "similarity"], value: similarity },
      { path: [index, "settings", "index", "number_of_shards"], value: `${shards}` },
    ],
    serve: [
      {
        method: "POST",
        path: "/_aliases",
        body: { actions: [{ remove: { index: `${alias}-v*`, alias, must_exist: false } }, { add: { index: served, alias } }] },
      },
    ],
    expire: expired.map((each) => ({ method: "DELETE", path: `/${each}` })),
    search: {
      request: {
        method: "POST",
        path: `/${alias}/_search`,
        body: {
          knn: { field: vectorField, query_vector: "$vector", k: "$count", num_candidates: CANDIDATES },
          size: "$count",
          _source: { excludes: [vectorField] },
        },
      },
      hits: ["hits", "hits"],
      fields: ["_source"],
    },
    maxDimensions: 4096,
  };
}
