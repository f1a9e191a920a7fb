import { App } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { type GraphProps, InferenceGraph, InferenceService, KserveOperator, kservePin } from "#lib/components/kserve/index";
import { graphReadiness } from "#lib/components/kserve/readiness";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { problemsOf } from "#lib/kube/problems";
import { elsewhere, storageWith } from "./places";

const storage = storageWith("models");
const iris = { type: "service", service: "iris" } as const;
const labels = { type: "service", service: "labels" } as const;

/** Objects of a graph over a service of each protocol. */
function objectsOf(nodes: GraphProps["nodes"]): KubeObject[] {
  const app = new App();
  const chart = new StageChart(app, "model-serving");
  new KserveOperator(chart, "Operator", { certificateIssuer: elsewhere });
  const model = { type: "storage", storage, path: "iris/1" } as const;
  const service = (name: string, runtime: { readonly type: "sklearn" } | { readonly type: "mlserver"; readonly format: "sklearn" }) =>
    new InferenceService(chart, name, { name, runtime, model });
  const services = new Map([
    ["iris", service("iris", { type: "sklearn" })],
    ["labels", service("labels", { type: "mlserver", format: "sklearn" })],
  ]);
  new InferenceGraph(chart, "Graph", { name: "flowers", nodes, services });
  return unwrap(synthesize(app, "kserve", { kinds: kservePin.kinds })).objects.map(({ manifest }) => manifest);
}

function nodesOf(nodes: GraphProps["nodes"]) {
  const graph = objectsOf(nodes).find(({ kind }) => kind === "InferenceGraph");
  return valueAt(graph, ["spec", "nodes"]);
}

const IRIS = "http://iris.serving.svc/v1/models/iris:predict";
const LABELS = "http://labels.serving.svc/v2/models/labels/infer";

describe("an inference graph", () => {
  it("calls services by the Service of all their revisions, in their protocol", () => {
    expect(nodesOf({ root: { type: "sequence", steps: [{ to: iris }, { to: labels, dependency: "soft" }] } })).toEqual({
      root: {
        routerType: "Sequence",
        steps: [
          { serviceUrl: IRIS, data: "$request", dependency: "Hard" },
          { serviceUrl: LABELS, data: "$response", dependency: "Soft" },
        ],
      },
    });
  });

  it("leads requests by conditions, by chance, or to all", () => {
    expect(
      nodesOf({
        root: {
          type: "switch",
          steps: [
            { to: { type: "node", node: "trial" }, condition: "trial" },
            { to: { type: "node", node: "all" }, condition: "instances" },
          ],
        },
        trial: {
          type: "splitter",
          steps: [
            { to: iris, weight: 90 },
            { to: labels, weight: 10 },
          ],
        },
        all: { type: "ensemble", steps: { a: { to: iris }, b: { to: labels } } },
      }),
    ).toEqual({
      root: {
        routerType: "Switch",
        steps: [
          { nodeName: "trial", condition: "trial" },
          { nodeName: "all", condition: "instances" },
        ],
      },
      trial: {
        routerType: "Splitter",
        steps: [
          { serviceUrl: IRIS, weight: 90 },
          { serviceUrl: LABELS, weight: 10 },
        ],
      },
      all: {
        routerType: "Ensemble",
        steps: [
          { name: "a", serviceUrl: IRIS, dependency: "Hard" },
          { name: "b", serviceUrl: LABELS, dependency: "Hard" },
        ],
      },
    });
  });

  it("opens the way to the services that it calls, and to no others", () => {
    const names = objectsOf({ root: { type: "sequence", steps: [{ to: iris }] } }).map(({ metadata }) => metadata.name);

    expect(names).toContain("flowers-graph-to-iris-egress");
    expect(names.filter((name) => name.startsWith("flowers-graph-to-labels"))).toEqual([]);
  });

  it("refuses a name that labels and host names cannot hold", () => {
    const chart = new StageChart(new App(), "model-serving");
    const nodes = { root: { type: "sequence", steps: [{ to: iris }] } } as const;
    const graph = new InferenceGraph(chart, "Graph", { name: "a".repeat(28), nodes, services: new Map() });

    expect(problemsOf(graph).map(({ id }) => id)).toContain("kserve.graph-name");
  });

  it("says the way of a cycle, and what a service may be called", () => {
    const node = (name: string) => ({ type: "sequence", steps: [{ to: { type: "node", node: name } }] }) as const;

    expect(() => objectsOf({ root: node("a"), a: node("b"), b: node("a") })).toThrow(/a -> b -> a/);
    expect(() => objectsOf({ root: { type: "sequence", steps: [{ to: { ...iris, service: "irs" } }] } })).toThrow(/did you mean iris\?/);
  });

  it("is ready by its condition, whatever generation its Deployment has", () => {
    const status = { observedGeneration: 1, conditions: [{ type: "Ready", status: "True" }] };
    const live = { apiVersion: "serving.kserve.io/v1alpha1", kind: "InferenceGraph", metadata: { name: "flowers", generation: 3 }, status };

    expect(healthOf(live as KubeObject, graphReadiness).state).toBe("ready");
  });

  it("has a namespace at a level that its router is admitted to", () => {
    const service = { runtime: { type: "sklearn" }, model: { type: "storage", storage: "models", path: "iris/1" } } as const;
    const result = createPlatform().resolve({
      name: "test",
      cluster: { type: "context", context: "any" },
      certManager: {},
      buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
      modelStorage: { models: { bucket: "models" } },
      kserve: { services: { iris: service }, graphs: { flowers: { nodes: { root: { type: "sequence", steps: [{ to: iris }] } } } } },
    } as never);

    const level = (name: string) => {
      const found = unwrap(result).release.objects.find(({ manifest }) => manifest.kind === "Namespace" && manifest.metadata.name === name);
      return found?.manifest.metadata.labels?.["pod-security.kubernetes.io/enforce"];
    };
    expect([level("graphs"), level("serving")]).toEqual(["baseline", "restricted"]);
  });
});
