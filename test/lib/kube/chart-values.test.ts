import { chartFacts, chartNames } from "#lib/imports/charts/index";
import { unknownValuePaths } from "#lib/kube/chart-values";

const known = {
  values: {
    replicas: "number",
    image: { tag: "string" },
    labels: "any",
    extra: "named",
    off: "null",
    list: "list",
    "a.b": { c: "string" },
  },
};

test("finds nothing wrong with names that the chart has", () => {
  const values = { replicas: 2, image: { tag: "1" }, labels: { x: { y: 1 } }, extra: { z: 1 }, off: { on: true }, list: [{ any: 1 }] };

  expect(unknownValuePaths(known, values)).toEqual([]);
});

test("names each path that the chart lacks, quoted where it must be", () => {
  const values = { replica: 1, image: { tags: "1" }, "a.b": { "d/e": 1 }, replicas: { min: 1 } };

  expect(unknownValuePaths(known, values)).toEqual(["replica", "image.tags", '"a.b"."d/e"', "replicas.min"]);
});

test("lets global through, which Helm hands to every chart", () => {
  expect(unknownValuePaths(known, { global: { anything: { at: "all" } } })).toEqual([]);
});

test("does not take names of JavaScript's own objects for names of a chart", () => {
  expect(unknownValuePaths(known, { constructor: { x: 1 }, toString: 1 })).toEqual(["constructor", "toString"]);
});

test("knows the values of every pinned chart and of the charts inside them", () => {
  expect(chartNames).toContain("kube-prometheus-stack");
  const stack = chartFacts("kube-prometheus-stack");

  const good = {
    grafana: { persistence: { enabled: true }, "grafana.ini": { users: { x: 1 } }, enabled: false },
    prometheus: { prometheusSpec: { retention: "10d" } },
    "kube-state-metrics": { resources: { limits: {} } },
    crds: { enabled: true },
  };
  expect(unknownValuePaths(stack, good)).toEqual([]);
  expect(unknownValuePaths(stack, { prometheus: { prometheusSpec: { retensionn: 1 } }, grafanaa: 1 })).toEqual([
    "prometheus.prometheusSpec.retensionn",
    "grafanaa",
  ]);
});

test("says which charts refuse unknown names themselves", () => {
  expect(chartNames.filter((name) => chartFacts(name).strict)).toEqual(["cert-manager", "karpenter-gcp", "karpenter-gcp-crd"]);
});

test("refuses a chart that was not imported", () => {
  expect(() => chartFacts("nope")).toThrow(/no values known of chart nope; known: cert-manager/);
});
