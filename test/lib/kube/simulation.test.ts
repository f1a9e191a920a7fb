import { Testing } from "cdk8s";
import fc from "fast-check";
import { isJsonObject, valueAt } from "#lib/core/json";
import { definitions } from "#lib/imports/flink/index";
import { definitions as monitoring } from "#lib/imports/prometheus-operator/index";
import { customKind } from "#lib/kube/crd-schema";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { Operator, setOperatorMode } from "#lib/kube/operator";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { simulationStages } from "#lib/kube/simulation-stages";
import { goTemplate, jqHolds, literal } from "#lib/kube/simulation-text";
import { codePoint } from "../code-point";

const flink = customKind(definitions(), "flink.apache.org/FlinkDeployment", "v1beta1");

const row: Readiness = {
  ready: [{ type: "field", path: ".status.lifecycleState", anyOf: ["STABLE"] }],
  failed: [{ type: "field", path: ".status.lifecycleState", anyOf: ["FAILED"] }],
  simulated: [
    { name: "created", afterSeconds: 0, status: { lifecycleState: "CREATED" } },
    { name: "stable", afterSeconds: 1.5, status: { lifecycleState: "STABLE" } },
  ],
  simulatedFailure: { name: "Failed: for good?", afterSeconds: 2, status: { lifecycleState: "FAILED", error: "x" } },
  source: "test",
};

test("makes one stage a state and one for deletion, with names the server accepts", () => {
  const names = simulationStages(flink, row).map((stage) => stage.metadata.name);

  expect(names).toEqual([
    "flinkdeployments.flink.apache.org.0-created",
    "flinkdeployments.flink.apache.org.1-stable",
    "flinkdeployments.flink.apache.org.2-failed-for-good",
    "flinkdeployments.flink.apache.org.release",
  ]);
});

test("waits as long as the row says before each state", () => {
  const delays = simulationStages(flink, row).map((stage) => valueAt(stage, ["spec", "delay", "durationMilliseconds"]));

  expect(delays).toEqual([0, 1500, 2000, undefined]);
});

test("removes in each state what only other states set, and reports the generation where the schema has a place for it", () => {
  const [created] = simulationStages(flink, row);

  expect(template(created)).toBe('{"lifecycleState":"CREATED","observedGeneration":{{ .metadata.generation }},"error":null}');
});

test("makes no stage of a kind whose row simulates nothing", () => {
  const { simulated: _states, ...rest } = row;

  expect(simulationStages(flink, rest)).toEqual([]);
});

test("refuses to simulate a kind without status subresource", () => {
  expect(() => simulationStages({ ...flink, statusSubresource: false }, row)).toThrow(/no status subresource/);
});

test("refuses a pinned kind that no CRD serves", () => {
  expect(() => customKind(monitoring(), "flink.apache.org/FlinkDeployment", "v1beta1")).toThrow(/no CRD serves version v1beta1/);
});

test("writes any text so that it opens no template action and holds no control character", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: codePoint }), (value) => {
      const text = goTemplate(literal(JSON.parse(JSON.stringify(value))));

      expect(text).not.toMatch(/\{\{|[\u2028\u2029\ufeff]|\p{Cc}|\p{Surrogate}/u);
      expect(canonical(JSON.parse(text))).toBe(canonical(wellFormed(value)));
    }),
  );
});

test("asks for every field of a state, by key and position", () => {
  expect(jqHolds(".status", { a: { 'b"\\(1)': [true, "x"] }, c: null })).toBe(
    '(.status["a"]["b\\"\\\\(1)"] | length) == 2 and .status["a"]["b\\"\\\\(1)"][0] == true and .status["a"]["b\\"\\\\(1)"][1] == "x" and .status["c"] == null',
  );
});

const pin: ComponentPin = {
  name: "flink",
  licence: "Apache-2.0",
  source: "test",
  images: { operator: "ghcr.io/apache/flink-kubernetes-operator:1.15.0" },
  kinds: [{ kind: "flink.apache.org/FlinkDeployment", version: "v1beta1", readiness: row }],
  kubernetes: { min: "1.32" },
};

function standIn(of: ComponentPin): KubeObject[] {
  const chart = Testing.chart();
  setOperatorMode(chart, "simulated");
  new Operator(chart, "Operator", { pin: of, namespace: "flink", definitions, values: {} });
  return chart.toJson();
}

test("stands in for an operator with the definitions of its pinned kinds, the stages, an account, and a labelled pod of its image", () => {
  const objects = standIn(pin);

  expect(objects.map(({ kind }) => kind)).toEqual(["CustomResourceDefinition", ...Array(4).fill("Stage"), "ServiceAccount", "Deployment"]);
  for (const object of objects.slice(1)) expect(object.metadata.labels).toMatchObject({ [SIMULATED_LABEL]: "true" });
  expect(valueAt(objects.at(-1), ["spec", "template", "spec", "containers", 0, "image"])).toBe(pin.images["operator"]);
});

test("refuses a pin without an operator image", () => {
  expect(() => standIn({ ...pin, images: {} })).toThrow(/no image named/);
});

function template(stage: KubeObject | undefined): unknown {
  return valueAt(stage, ["spec", "next", "patches", 0, "template"]);
}

/** JSON as it was, but for halves of surrogate pairs, which no YAML can hold. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), wellFormed(item)]));
  return value;
}

function canonical(value: unknown): string {
  return JSON.stringify(value);
}
