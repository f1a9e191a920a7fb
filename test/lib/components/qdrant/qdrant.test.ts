/** Qdrant clusters. */

import { App } from "cdk8s";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { Qdrant, type QdrantPlace, type QdrantProps } from "#lib/components/qdrant/index";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { claimTemplates } from "#lib/release/claims";

function build(props: Partial<QdrantProps & QdrantPlace> = {}) {
  const app = new App();
  const store = new Qdrant(new StageChart(app, "data-preparation"), "Store", { storage: Size.gibibytes(10), name: "vectors", ...props });
  return { store, result: synthesize(app, "test") };
}

const idsOf = (props: Partial<QdrantProps & QdrantPlace>) => {
  const { result } = build(props);
  return result.ok ? [] : result.problems.map(({ id }) => id);
};

test("an API key is a variable from its Secret, and metrics are not read then", () => {
  const { store, result } = build({ apiKey: secretRef("qdrant", "api-key") });

  expect(store.auth).toEqual({ type: "api-key", key: secretRef("qdrant", "api-key") });
  expect(store.monitoring.targets).toEqual([]);
  expect(unwrap(result).helmReleases[0]?.values["env"]).toEqual([
    { name: "QDRANT__SERVICE__API_KEY", valueFrom: { secretKeyRef: { name: "qdrant", key: "api-key" } } },
  ]);
});

test("its volumes are known by the name of the release", () => {
  expect(claimTemplates(unwrap(build().result), [])).toMatchObject([{ names: "qdrant-storage-vectors", size: "10Gi", growth: "by-hand" }]);
});

test("refuses a name that no Service can have, and one node in production", () => {
  expect(idsOf({ name: "Vectors" })).toEqual(["qdrant.cluster-name"]);
  expect(idsOf({ production: true })).toEqual(["qdrant.one-node-in-production"]);
  expect(idsOf({ production: true, replicas: 3 })).toEqual([]);
});
