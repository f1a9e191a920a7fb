/** Vector indexes in the contract suite. */

import { App, Chart } from "cdk8s";
import { VectorIndex, type VectorIndexProps, vectorIndexesPin, vectorIndexSchema } from "#lib/components/vector-indexes/index";
import { contractEntry } from "../../../contract/entry";
import { FakeStore } from "../beam/fake-roles";

const elsewhere = new FakeStore(new Chart(new App(), "stores"), "Store");

const vectorIndex = contractEntry<VectorIndexProps>({
  title: "VectorIndex",
  pin: vectorIndexesPin,
  schema: vectorIndexSchema,
  build: (scope, { store, ...props }) => {
    const auth = store.auth;
    new VectorIndex(scope, "Subject", { ...props, store: new FakeStore(scope, "Store", auth), name: "documents" });
  },
  smallest: { store: elsewhere, dimensions: 384 },
  variants: {
    store: { store: new FakeStore(elsewhere, "Open", { type: "none" }) },
    dimensions: { dimensions: 768 },
    model: { dimensions: 1024, model: "BAAI/bge-m3" },
    similarity: { similarity: "euclidean" },
    vectorField: { vectorField: "embedding" },
    version: { version: 2 },
    served: { version: 2, served: 1 },
    keep: { version: 3, keep: 1 },
    shards: { shards: 2 },
    copies: { copies: 2 },
  },
  refused: {
    "spec.wrong-value": { dimensions: 0 },
    "vector-indexes.dimensions": { model: "all-mpnet-base-v2" },
    "vector-indexes.served-version": { served: 2 },
    "vector-indexes.keep-without-effect": { keep: 1 },
  },
});

/** What the contract suite tries. */
export const entries = [vectorIndex];
