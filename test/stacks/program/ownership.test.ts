import type { KubeObject } from "#lib/kube/object";
import { ApiError, NoMatchError } from "#stacks/cluster/api-error";
import { foreignObjects } from "#stacks/program/ownership";
import { shrinkingObjects } from "#stacks/program/shrinks";
import { object, releaseWith } from "../../lib/release/fixture";

const release = releaseWith([object("ConfigMap", "a", { namespace: "ns" }), object("ServiceAccount", "default", { namespace: "ns" })]);
const OWNED = { "app.kubernetes.io/managed-by": "beamstack-iac", "beamstack-iac/environment": "test" };

function existing(labels: Record<string, string>, annotations: Record<string, string> = {}, name = "a"): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "ns", labels, annotations } };
}

function cluster(...objects: KubeObject[]): Parameters<typeof foreignObjects>[1] {
  return {
    list: async ({ kind }) => objects.filter((candidate) => candidate.kind === kind),
    get: async () => Promise.reject(new Error("not asked one by one")),
  };
}

test("finds an object of our name that carries no label of ours", async () => {
  expect(await foreignObjects(release, cluster(existing({})))).toMatchObject([
    { id: "cluster.foreign-object", path: "core/ConfigMap/ns/a", got: "an object that exists already and belongs to somebody else" },
  ]);
});

test("finds an object of another environment", async () => {
  const theirs = existing({ ...OWNED, "beamstack-iac/environment": "prod" });

  const [found, ...more] = await foreignObjects(release, cluster(theirs));

  expect(more).toEqual([]);
  expect(found?.got).toBe('an object that exists already and belongs to "prod"');
  // Advice that would break the other environment.
  expect(found?.fix).not.toMatch(/label|hand|delete|remove/);
  expect(found?.fix).toContain("prefix");
});

test.each([
  ["an object of this environment", existing(OWNED)],
  ["one whose labels a person took away", existing({}, { "beamstack-iac/digest": "d" })],
  ["one of another name", existing({}, {}, "b")],
])("passes %s", async (_, found) => {
  expect(await foreignObjects(release, cluster(found))).toEqual([]);
});

test("passes the account that the cluster itself makes in every namespace", async () => {
  const account: KubeObject = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "ns" } };

  expect(await foreignObjects(release, cluster(account))).toEqual([]);
});

test("takes a kind that the cluster does not know for one without objects", async () => {
  const unknown = { ...cluster(), list: () => Promise.reject(new NoMatchError("v1", "ConfigMap")) };

  expect(await foreignObjects(release, unknown)).toEqual([]);
});

test("reads one by one what may not be listed", async () => {
  const narrow: Parameters<typeof foreignObjects>[1] = {
    list: () => Promise.reject(new ApiError(403, "Forbidden", "no")),
    get: async () => existing({}),
  };

  expect(await foreignObjects(release, narrow)).toHaveLength(1);
});

test("finds a topic that would have fewer partitions, and none that the cluster does not know", async () => {
  const topic = (partitions: number) =>
    object("KafkaTopic", "clicks", { namespace: "kafka", apiVersion: "kafka.strimzi.io/v1", spec: { partitions } });
  const wanted = releaseWith([topic(3)]);

  expect(await shrinkingObjects(wanted, cluster(topic(6)))).toMatchObject([
    { id: "cluster.shrinks", path: "kafka.strimzi.io/KafkaTopic/kafka/clicks spec.partitions" },
  ]);
  expect(await shrinkingObjects(wanted, cluster(topic(3)))).toEqual([]);
  expect(await shrinkingObjects(wanted, cluster())).toEqual([]);
});
