/** How Qdrant makes a vector index. Source: Qdrant 1.19 API reference, collections, aliases and query points. */

import type { HttpIndexPlan, IndexShape, Similarity } from "#lib/kube/index-plan";

const DISTANCE: Readonly<Record<Similarity, string>> = { cosine: "Cosine", "dot-product": "Dot", euclidean: "Euclid" };

/** Requests for a collection. */
export function qdrantIndexPlan(shape: IndexShape): HttpIndexPlan {
  const { alias, index, served, expired, dimensions, vectorField, shards, copies } = shape;
  const vector = { size: dimensions, distance: DISTANCE[shape.similarity] };
  const params = ["result", "config", "params"];
  const field = [...params, "vectors", ...(vectorField === undefined ? [] : [vectorField])];
  return {
    type: "http",
    read: { method: "GET", path: `/collections/${index}` },
    create: {
      method: "PUT",
      path: `/collections/${index}`,
      body: {
        vectors: vectorField === undefined ? vector : { [vectorField]: vector },
        shard_number: shards,
        replication_factor: copies,
      },
    },
    fixed: [
      { path: [...field, "size"], value: dimensions },
      { path: [...field, "distance"], value: vector.distance },
      { path: [...params, "shard_number"], value: shards },
    ],
    // Both actions in one request: readers see the old collection or the new one.
    serve: [
      {
        method: "POST",
        path: "/collections/aliases",
        body: {
          actions: [{ delete_alias: { alias_name: alias } }, { create_alias: { collection_name: served, alias_name: alias } }],
        },
      },
    ],
    expire: expired.map((each) => ({ method: "DELETE", path: `/collections/${each}` })),
    search: {
      request: {
        method: "POST",
        path: `/collections/${alias}/points/query`,
        body: { query: "$vector", ...(vectorField !== undefined && { using: vectorField }), limit: "$count", with_payload: true },
      },
      hits: ["result", "points"],
      fields: ["payload"],
    },
    keyHeader: "api-key",
    maxDimensions: 65_536,
  };
}
