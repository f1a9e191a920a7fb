import type { JsonObject } from "#lib/core/json";
import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { compactDefinition } from "#stacks/import/compact-definition";

test("drops text for people and keeps fields that happen to be called so", () => {
  const compact = schemaAfter({
    type: "object",
    description: "prose",
    properties: { description: { type: "string", description: "prose" }, title: { type: "object", title: "prose", properties: {} } },
    required: ["description"],
  });

  expect(compact).toEqual({
    type: "object",
    properties: { description: { type: "string" }, title: { type: "object" } },
    required: ["description"],
  });
});

test("keeps what decides: bounds, defaults, enums and Kubernetes' own keywords, at every depth", () => {
  const inner = { type: "integer", minimum: 1, default: 2, enum: [1, 2], format: "int32", nullable: true };
  const schema = {
    type: "object",
    additionalProperties: { type: "array", items: inner, "x-kubernetes-list-type": "set" },
    allOf: [{ not: { required: ["a"] } }],
  };

  expect(schemaAfter(schema)).toEqual(schema);
});

test("keeps the text of defaults: they are values", () => {
  const schema = { type: "object", default: { description: "a value", x: 1 } };

  expect(schemaAfter(schema)).toEqual(schema);
});

test("keeps rules without their messages, on one line, as the server wants of a rule without message", () => {
  const rules = [{ rule: "self.a\n  || self.b\n", message: "either", reason: "FieldValueInvalid", fieldPath: ".a", optionalOldSelf: true }];

  expect(schemaAfter({ "x-kubernetes-validations": rules })).toEqual({
    "x-kubernetes-validations": [{ rule: "self.a || self.b", reason: "FieldValueInvalid", fieldPath: ".a", optionalOldSelf: true }],
  });
});

test("keeps names, scope, subresources and the approval annotation, and no other metadata", () => {
  const definition = definitionOf({ type: "object" });

  expect(compactDefinition(definition)).toEqual({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "as.b.c", annotations: { "api-approved.kubernetes.io": "x" } },
    spec: {
      group: "b.c",
      names: { kind: "A", plural: "as" },
      scope: "Cluster",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          deprecated: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object" } },
        },
      ],
    },
  });
});

function schemaAfter(schema: JsonObject): unknown {
  return valueAt(compactDefinition(definitionOf(schema)), ["spec", "versions", 0, "schema", "openAPIV3Schema"]);
}

function definitionOf(schema: JsonObject): KubeObject {
  const version = {
    name: "v1",
    served: true,
    storage: true,
    deprecated: true,
    deprecationWarning: "prose",
    additionalPrinterColumns: [{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }],
    subresources: { status: {} },
    schema: { openAPIV3Schema: schema },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "as.b.c", labels: { a: "b" }, annotations: { "api-approved.kubernetes.io": "x", "generated.by/x": "y" } },
    spec: { group: "b.c", names: { kind: "A", plural: "as" }, scope: "Cluster", versions: [version] },
  };
}
