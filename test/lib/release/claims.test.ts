/** Claims that exist, and templates that want another size. */

import { createPlatform } from "#charts/platform";
import { ownedKinds } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { claimsThatDiffer } from "#lib/release/claims";
import type { Release } from "#lib/release/release";
import { object, releaseWith } from "./fixture";

const claim = (name: string, storage: string, namespace = "app") =>
  object("PersistentVolumeClaim", name, { namespace, spec: { resources: { requests: { storage } } } });
const set = (storage: string): Release =>
  releaseWith([
    object("StatefulSet", "db", {
      namespace: "app",
      apiVersion: "apps/v1",
      spec: { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { resources: { requests: { storage } } } }] },
    }),
  ]);
const released = (sections: object): Release =>
  unwrap(createPlatform().resolve({ name: "test", cluster: { type: "context", context: "any" }, ...sections })).release;
const found = (release: Release, ...claims: ReturnType<typeof claim>[]) => claimsThatDiffer(release, claims, ownedKinds);

test("a larger template of a StatefulSet comes with the steps for every claim and for the set", () => {
  const [problem] = found(set("20Gi"), claim("data-db-0", "10Gi"), claim("data-db-1", "10Gi"), claim("data-db-x", "10Gi"));

  expect(problem).toMatchObject({ id: "release.claim-keeps-its-size", severity: "warning" });
  expect(problem?.got).toContain("data-db-0, data-db-1 in namespace app");
  expect(problem?.fix).toMatch(
    /patch pvc data-db-0 .*"20Gi".*; .*patch pvc data-db-1 .*; kubectl -n app delete statefulset db --cascade=orphan/,
  );
});

test.each<[string, Release, ReturnType<typeof claim>]>([
  ["the same size in other words", set("1Ti"), claim("data-db-0", "1024Gi")],
  ["another namespace", set("20Gi"), claim("data-db-0", "10Gi", "other")],
  ["another set", set("20Gi"), claim("data-db2-0", "10Gi")],
])("says nothing of %s", (_, release, given) => {
  expect(found(release, given)).toEqual([]);
});

const docs = (gibibytes: number) =>
  released({ elasticsearch: { clusters: { docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(gibibytes) } } } } } });

test("an Elasticsearch grows by its operator, and does not shrink", () => {
  const existing = claim("elasticsearch-data-docs-es-all-0", "50Gi", "elasticsearch");

  expect(found(docs(100), existing)).toEqual([]);
  expect(found(docs(20), existing)).toMatchObject([{ allowed: expect.stringContaining("no volume shrinks") }]);
});

test("the claims of a Prometheus are those that its operator makes", () => {
  const names = "prometheus-kube-prometheus-stack-prometheus-db-prometheus-kube-prometheus-stack-prometheus";
  const release = released({ monitoring: { storage: { size: Size.gibibytes(200) } } });

  expect(found(release, claim(`${names}-0`, "50Gi", "monitoring"))).toMatchObject([{ path: "monitoring" }]);
});
