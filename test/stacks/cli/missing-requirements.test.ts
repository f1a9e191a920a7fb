import { type Core, coreSchema } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import type { Requirement } from "#lib/kube/requirement";
import { missingRequirements, type RequirementReader } from "#stacks/cli/missing-requirements";
import { ApiError, NoMatchError } from "#stacks/cluster/api-error";
import { object, releaseWith } from "../../lib/release/fixture";
import { storageClass } from "./doctor/fake-cluster";

const CORE: Core = { ...coreSchema.parse({ name: "acme", cluster: { type: "context", context: "x" } }), operators: "helm" };

/** A cluster with these objects and these served kinds. */
function cluster(objects: readonly KubeObject[], served: readonly string[] = []): RequirementReader {
  return {
    get: async ({ kind, name, namespace }) => {
      const found = objects.find(
        ({ kind: own, metadata }) => own === kind && metadata.name === name && (metadata.namespace ?? "") === (namespace ?? ""),
      );
      if (!found) throw new ApiError(404, "NotFound", `${name} not found`);
      return found;
    },
    list: async ({ kind }) => objects.filter((each) => each.kind === kind),
    discover: async (apiVersion, kind) => {
      if (!served.includes(`${apiVersion} ${kind}`)) throw new NoMatchError(apiVersion, kind);
      return { plural: kind, namespaced: true };
    },
    json: async ({ path }) => {
      const versions = served
        .map((each) => ({ groupVersion: each.split(" ")[0] }))
        .filter(({ groupVersion }) => path === `/apis/${groupVersion?.split("/")[0]}`);
      if (versions.length === 0) throw new ApiError(404, "NotFound", "the server could not find the requested resource");
      return { kind: "APIGroup", versions };
    },
  };
}

const secret = (...keys: string[]) =>
  object("Secret", "keys", { namespace: "a", data: Object.fromEntries(keys.map((key) => [key, "eA=="])) });
const space = object("Namespace", "a");
const need = (requirement: Partial<Requirement> & Pick<Requirement, "type" | "name">): Requirement => ({
  purpose: "pods",
  sources: ["flink.clusters.main"],
  ...requirement,
});
const KEYS = need({ type: "secret", namespace: "a", name: "keys", keys: ["one", "two"] });

const check = (requirement: Requirement, objects: readonly KubeObject[], environment = CORE, served: readonly string[] = []) =>
  missingRequirements(cluster(objects, served), environment, releaseWith([], { requires: [requirement] }));

test.each<[string, Requirement, readonly KubeObject[], readonly string[]]>([
  ["a Secret with its keys", KEYS, [secret("one", "two", "three")], []],
  ["the default storage class", need({ type: "storage-class", name: "" }), [storageClass("fast", true)], []],
  ["a storage class", need({ type: "storage-class", name: "fast" }), [storageClass("fast", false)], []],
  ["a custom kind", need({ type: "kind", name: "example.com/v1 Thing" }), [], ["example.com/v1 Thing"]],
  ["what is outside of the cluster", need({ type: "bucket", name: "s3://x" }), [], []],
  ["nodes that come with the first pod", need({ type: "nodes", name: "pool=cpu" }), [], []],
])("nothing is missing: %s", async (_, requirement, objects, served) => {
  expect(await check(requirement, objects, CORE, served)).toEqual([]);
});

test.each<[string, Requirement, readonly KubeObject[], string]>([
  [
    "a Secret",
    KEYS,
    [space],
    "kubectl create secret generic keys -n a --from-file=one=<file> --from-file=two=<file>; to go on without it, give --ignore-missing",
  ],
  ["a key of a Secret", KEYS, [space, secret("two")], "add one to it"],
  [
    "a Secret, and its namespace",
    KEYS,
    [],
    "kubectl create namespace a && kubectl label namespace a beamstack-iac/environment=test app.kubernetes.io/managed-by=beamstack-iac && kubectl create secret",
  ],
  [
    "the default storage class",
    need({ type: "storage-class", name: "" }),
    [storageClass("fast", false)],
    "mark a storage class as default",
  ],
  ["a storage class", need({ type: "storage-class", name: "slow" }), [storageClass("fast", true)], "kubectl get storageclass"],
  ["a custom kind", need({ type: "kind", name: "example.com/v1 Thing" }), [], "install its operator"],
  ["a claim", need({ type: "volume-claim", namespace: "a", name: "data" }), [], "create the claim data in namespace a"],
])("%s is missing, with the way out", async (_, requirement, objects, fix) => {
  expect(await check(requirement, objects)).toEqual([
    expect.objectContaining({ id: "cluster.requirement-missing", path: "flink.clusters.main", fix: expect.stringContaining(fix) }),
  ]);
});

test("an operator that is there may serve another version of the kind", async () => {
  const served = ["example.com/v1alpha1 Thing", "example.com/v1 Other"];

  expect(await check(need({ type: "kind", name: "example.com/v1 Thing" }), [], CORE, served)).toEqual([
    expect.objectContaining({
      id: "cluster.requirement-missing",
      got: "a cluster without custom kind example.com/v1 Thing, only example.com/v1alpha1",
      fix: expect.stringContaining("upgrade its operator to a version that has it"),
    }),
  ]);
});

test("an operator that is there may not know a field, which the API server would drop", async () => {
  const served = "example.com/v1 Thing";
  const schema = { type: "object", properties: { spec: { type: "object", properties: { size: { type: "integer" } } } } };
  const definition = object("CustomResourceDefinition", "Thing.example.com", {
    apiVersion: "apiextensions.k8s.io/v1",
    spec: { versions: [{ name: "v1", served: true, schema: { openAPIV3Schema: schema } }] },
  });
  const ours = object("Thing", "a", { apiVersion: "example.com/v1", spec: { size: 1, colour: "red" } });
  const release = releaseWith([ours], { requires: [need({ type: "kind", name: served })] });

  expect(await missingRequirements(cluster([definition], [served]), CORE, release)).toEqual([
    expect.objectContaining({
      got: "a cluster without custom kind example.com/v1 Thing with spec.colour",
      fix: expect.stringContaining("upgrade its operator to a version that has it"),
    }),
  ]);
});

test("containers of a simulated cluster read no Secrets", async () => {
  expect(await check(KEYS, [], { ...CORE, cluster: { type: "embedded" } })).toEqual([]);
});

test("what may not be read does not stop a run", async () => {
  const forbidden = {
    ...cluster([]),
    get: async () => {
      throw new ApiError(403, "Forbidden", "no");
    },
  };

  expect(await missingRequirements(forbidden, CORE, releaseWith([], { requires: [KEYS] }))).toEqual([]);
});
