/** The Stage kind of kwok 0.7, with the fields that it reads: a misspelt one is refused by the API server. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

const text: JsonObject = { type: "string" };
const texts: JsonObject = { type: "array", items: text };
const labels: JsonObject = { type: "object", additionalProperties: text };

const expression: JsonObject = fields({ expressionFrom: text, jq: fields({ expression: text }), cel: fields({ expression: text }) });

const condition: JsonObject = { key: text, operator: text, values: texts };

const stageSpec: JsonObject = fields(
  {
    resourceRef: fields({ apiGroup: { type: "string", default: "v1" }, kind: text }, ["kind"]),
    selector: fields({
      matchLabels: labels,
      matchAnnotations: labels,
      matchExpressions: { type: "array", items: fields({ ...condition, jq: fields(condition), cel: fields({ expression: text }) }) },
    }),
    weight: { type: "integer", minimum: 0, default: 0 },
    weightFrom: expression,
    delay: fields({
      durationMilliseconds: { type: "integer", format: "int64", minimum: 0 },
      durationFrom: expression,
      jitterDurationMilliseconds: { type: "integer", format: "int64", minimum: 0 },
      jitterDurationFrom: expression,
    }),
    next: fields({
      event: fields({ type: text, reason: text, message: text }),
      finalizers: fields({
        add: { type: "array", items: fields({ value: text }) },
        remove: { type: "array", items: fields({ value: text }) },
        empty: { type: "boolean" },
      }),
      delete: { type: "boolean" },
      patches: {
        type: "array",
        items: fields({
          subresource: text,
          root: text,
          template: text,
          type: { type: "string", enum: ["json", "merge", "strategic"] },
          impersonation: fields({ username: text }, ["username"]),
        }),
      },
      statusTemplate: text,
      statusSubresource: { type: "string", default: "status" },
      statusPatchAs: fields({ username: text }, ["username"]),
    }),
    immediateNextStage: { type: "boolean" },
  },
  ["next", "resourceRef"],
);

/** The definition of the Stage kind, as kwok reads it. */
export const STAGE_DEFINITION: KubeObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "stages.kwok.x-k8s.io" },
  spec: {
    group: "kwok.x-k8s.io",
    scope: "Cluster",
    names: { kind: "Stage", listKind: "StageList", plural: "stages", singular: "stage" },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: fields({
            apiVersion: text,
            kind: text,
            metadata: { type: "object" },
            spec: stageSpec,
            status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          }),
        },
      },
    ],
  },
};

function fields(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}
