/** pgvector: plans of indexes, and their limits. */

import { App, Chart } from "cdk8s";
import fc from "fast-check";
import { PgvectorStore } from "#lib/components/pgvector/index";
import { VectorIndex, type VectorIndexProps } from "#lib/components/vector-indexes/index";
import { problemsOf } from "#lib/kube/problems";
import { databaseIn } from "../mlflow/places";

function build(props: Omit<VectorIndexProps, "store">, type: "vector" | "halfvec" = "vector") {
  const chart = new Chart(new App(), "vectors");
  const database = databaseIn(chart, "documents", { extensions: ["vector"], namespaces: ["databases"] });
  const store = new PgvectorStore(chart, "Store", { name: "articles", database, type });
  const index = new VectorIndex(chart, "Index", { ...props, store, name: "faq-texts" });
  return { store, index, problems: problemsOf(index).map(({ id }) => id) };
}

test("HNSW has 2,000 dimensions of vector and 4,000 of halfvec: more are one problem, others none", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6000 }), fc.constantFrom("vector", "halfvec"), (dimensions, type) => {
      const fits = dimensions <= (type === "vector" ? 2000 : 4000);
      expect(build({ dimensions }, type).problems).toEqual(fits ? [] : ["vector-indexes.too-many-dimensions"]);
    }),
    { numRuns: 30 },
  );
});

test("a table is neither divided nor copied", () => {
  expect(build({ dimensions: 3, shards: 2, copies: 2 }).problems).toEqual([
    "vector-indexes.too-many-shards",
    "vector-indexes.too-many-copies",
  ]);
});

test("names need no quotes, and operators follow type and similarity", () => {
  const { store, index } = build({ dimensions: 3, similarity: "euclidean", version: 2 }, "halfvec");
  const plan = store.indexPlan(index.shape);

  expect(index.shape).toMatchObject({ alias: "faq_texts", index: "faq_texts_v2" });
  expect(plan.type === "sql" && plan.statements).toContain('USING hnsw ("embedding" halfvec_l2_ops) WITH (m = 16, ef_construction = 64)');
  expect(plan.type === "sql" && plan.environment).toMatchObject({ PGHOST: "db.example.com", PGSSLMODE: "verify-full" });
});
