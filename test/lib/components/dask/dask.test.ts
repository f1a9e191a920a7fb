/** Clusters and jobs of Dask as the operator takes them. */

import { createPlatform } from "#charts/platform";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";

type Dask = NonNullable<EnvironmentSpec["dask"]>;

function resolved(dask: Dask, more: Partial<EnvironmentSpec> = {}) {
  return createPlatform().resolve({ name: "case", cluster: { type: "context", context: "any" }, ...more, dask });
}

function objectsOf(dask: Dask, kind: string, more: Partial<EnvironmentSpec> = {}): KubeObject[] {
  return unwrap(resolved(dask, more))
    .release.objects.map(({ manifest }) => manifest)
    .filter((object) => object.kind === kind);
}

function nameOf(dask: Dask, kind: string): string {
  return objectsOf(dask, kind)[0]?.metadata.name ?? "";
}

function at(object: KubeObject | undefined, ...path: (string | number)[]): JsonValue | undefined {
  return valueAt(object, path);
}

test("a change that the operator ignores is another DaskCluster, and a number of workers is not", () => {
  const before = nameOf({ clusters: { main: {} } }, "DaskCluster");

  expect(before).toMatch(/^main-[0-9a-f]{8}$/);
  expect(nameOf({ clusters: { main: { workers: { replicas: 7 } } } }, "DaskCluster")).toBe(before);
  expect(nameOf({ clusters: { main: { workers: { cpu: 2 } } } }, "DaskCluster")).not.toBe(before);
  expect(nameOf({ clusters: { main: { autoscaling: { max: 7 } } } }, "DaskCluster")).toBe(before);
});

test("clients keep the address of a replaced cluster", () => {
  const dask: Dask = { clusters: { main: {} } };
  const service = objectsOf(dask, "Service").find(({ metadata }) => metadata.name === "main");

  expect(at(service, "spec", "selector", "dask.org/cluster-name")).toBe(nameOf(dask, "DaskCluster"));
});

test("another group of workers replaces its group only", () => {
  const one: Dask = { clusters: { main: { workerGroups: { large: { cpu: 2 } } } } };
  const other: Dask = { clusters: { main: { workerGroups: { large: { cpu: 4 } } } } };

  expect(nameOf(one, "DaskCluster")).toBe(nameOf(other, "DaskCluster"));
  expect(nameOf(one, "DaskWorkerGroup")).not.toBe(nameOf(other, "DaskWorkerGroup"));
});

test("a changed job is another DaskJob, whose scheduler is found by its name", () => {
  const [job] = objectsOf({ jobs: { one: { command: ["a"] } } }, "DaskJob");

  expect(at(job, "spec", "cluster", "spec", "scheduler", "service", "selector", "dask.org/cluster-name")).toBe(job?.metadata.name);
  expect(nameOf({ jobs: { one: { command: ["b"] } } }, "DaskJob")).not.toBe(job?.metadata.name);
});

test("ports are texts, as the definition wants them", () => {
  const [cluster] = objectsOf({ clusters: { main: {} } }, "DaskCluster");

  expect(at(cluster, "spec", "scheduler", "service", "ports", 0, "targetPort")).toBe("tcp-comm");
  expect(at(cluster, "spec", "scheduler", "spec", "containers", 0, "readinessProbe", "httpGet", "port")).toBe("http-dashboard");
});

test("workers get the variables of their buckets, and a way there", () => {
  const buckets: EnvironmentSpec["buckets"] = { data: { type: "in-cluster", store: "objects" } };
  const seaweedfs: EnvironmentSpec["seaweedfs"] = { clusters: { objects: { volume: { storage: Size.gibibytes(10) } } } };
  const dask: Dask = { clusters: { main: { buckets: ["data"] } } };
  const [cluster] = objectsOf(dask, "DaskCluster", { buckets, seaweedfs });
  const env = JSON.stringify(at(cluster, "spec", "worker", "spec", "containers", 0, "env"));

  expect(env).toContain('"BUCKET_URI_DATA"');
  expect(env).toContain('"AWS_ENDPOINT_URL_S3"');
  expect(objectsOf(dask, "NetworkPolicy", { buckets, seaweedfs }).map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^daskcluster-main-to-bucket\.data\./)]),
  );
});

test("refuses a variable with the address of a bucket, which the bucket sets", () => {
  const buckets: EnvironmentSpec["buckets"] = { data: { type: "in-cluster", store: "objects" } };
  const seaweedfs: EnvironmentSpec["seaweedfs"] = { clusters: { objects: { volume: { storage: Size.gibibytes(10) } } } };
  const env = { BUCKET_URI_DATA: "s3://other", BUCKET_URI_MORE: "s3://more" };

  const result = resolved({ clusters: { main: { buckets: ["data"], env } } }, { buckets, seaweedfs });

  const problem = { id: "dask.variable-of-bucket", path: "dask.clusters.main.env.BUCKET_URI_DATA" };
  expect(result).toMatchObject({ problems: [{ ...problem, got: "the variable BUCKET_URI_DATA, which buckets sets" }] });
});

test("Kueue manages no Dask: a queue is refused", () => {
  const jobs = { one: { command: ["a"], queue: "research" } } as unknown as NonNullable<Dask["jobs"]>;
  const result = resolved({ jobs });

  expect(result.ok ? [] : result.problems.map(({ id, path }) => `${id} at ${path}`)).toEqual(["spec.unknown-key at dask.jobs.one.queue"]);
});

test("an operator that exists is not installed, and its namespace is its owner's", () => {
  const { release } = unwrap(resolved({ operator: { existing: { namespace: "tools" } }, clusters: { main: {} } }));

  expect(release.helmReleases).toEqual([]);
  expect(release.objects.filter(({ manifest }) => manifest.metadata.namespace === "tools")).toEqual([]);
});

test("names that leave no room for the operator's endings are refused", () => {
  const result = resolved({ clusters: { [`a${"b".repeat(44)}`]: {} } });

  expect(result.ok ? [] : result.problems.map(({ id }) => id)).toEqual(["dask.name"]);
});
