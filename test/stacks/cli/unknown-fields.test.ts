import { isJsonObject, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { definedKind } from "#lib/kube/references";
import { unknownFields } from "#stacks/cli/unknown-fields";
import { loadEnvironment } from "#stacks/environments";
import { object } from "../../lib/release/fixture";

/** A CRD whose version v1 has this schema of `spec`. */
const definition = (spec: object): KubeObject =>
  object("CustomResourceDefinition", "things.example.com", {
    apiVersion: "apiextensions.k8s.io/v1",
    spec: { versions: [{ name: "v1", schema: { openAPIV3Schema: { type: "object", properties: { spec } } } }] },
  });
const thing = (spec: object): KubeObject => object("Thing", "a", { apiVersion: "example.com/v1", spec });

test.each<[string, object, object, string[]]>([
  [
    "a field, once for all items of a list",
    { properties: { all: { items: { properties: { a: {} } } } } },
    { all: [{ b: 1 }, { b: 2 }] },
    ["spec.all.b"],
  ],
  [
    "a field inside of a map",
    { properties: { map: { additionalProperties: { properties: {} } } } },
    { map: { x: { y: 1 } } },
    ["spec.map.x.y"],
  ],
  ["no key of a map", { properties: { map: { additionalProperties: { type: "string" } } } }, { map: { x: "y" } }, []],
  ["nothing where unknown fields are kept", { "x-kubernetes-preserve-unknown-fields": true }, { a: { b: 1 } }, []],
  [
    "a field of a known one where others are kept",
    { "x-kubernetes-preserve-unknown-fields": true, properties: { a: { properties: {} } } },
    { a: { b: 1 } },
    ["spec.a.b"],
  ],
  [
    "no metadata of an embedded object",
    { "x-kubernetes-embedded-resource": true, properties: {} },
    { kind: "Pod", data: 1 },
    ["spec.data"],
  ],
])("finds %s", (_, schema, spec, expected) => {
  expect(unknownFields(thing(spec), definition(schema))).toEqual(expected);
});

test("finds nothing in the objects of an environment and the CRDs that they are written for", () => {
  const manifests = unwrap(loadEnvironment("local")).release.objects.map(({ manifest }) => manifest);
  const definitions = new Map(manifests.flatMap((manifest) => (definedKind(manifest) ? [[definedKind(manifest), manifest] as const] : [])));
  const custom = manifests.filter((manifest) => definitions.has(groupKind(manifest)));

  expect(custom.length).toBeGreaterThan(20);
  expect(custom.flatMap((manifest) => unknownFields(manifest, definitions.get(groupKind(manifest)) ?? manifest))).toEqual([]);
});

test("finds a field that an older CRD does not have yet", () => {
  const manifests = unwrap(loadEnvironment("local")).release.objects.map(({ manifest }) => manifest);
  const own = manifests.find(({ kind }) => kind === "FlinkDeployment");
  const current = manifests.find((manifest) => definedKind(manifest) === "flink.apache.org/FlinkDeployment");
  if (!own || !current) throw new Error("local has no Flink cluster");
  const older = structuredClone(current);
  const spec = valueAt(older, ["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec", "properties"]);
  if (isJsonObject(spec)) Reflect.deleteProperty(spec, "taskManager");

  expect(unknownFields(own, older)).toEqual(["spec.taskManager"]);
});
