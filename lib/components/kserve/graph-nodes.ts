/** Nodes of inference graphs as KServe's router reads them. Source: KServe v0.20.0, cmd/router/main.go. */

import type { JsonObject } from "#lib/core/json";
import type { FlowPort, PodsEnd } from "#lib/kube/network";
import type { GraphSettings, NodeSettings, TargetSettings } from "./graph-schema";

/** A service that steps may call. */
export interface GraphService {
  /** Name in the environment. */
  readonly name: string;
  /** URL inside the cluster, without a path. */
  readonly url: string;
  /** What its server speaks: KServe's protocol v1, or the Open Inference Protocol. */
  readonly api: "v1" | "v2";
  /** Name by which its server knows the model. @default the model says it */
  readonly modelName: string | undefined;
  /** Pods that answer. */
  readonly pods: PodsEnd;
  /** Their ports. */
  readonly ports: readonly FlowPort[];
}

/** Services by name. */
export type GraphServices = ReadonlyMap<string, GraphService>;

/** A step of any node. */
export interface Step {
  /** Its place among the steps of the node. */
  readonly at: string | number;
  readonly to: TargetSettings;
}

/** Steps of a node. */
export function stepsOf(node: NodeSettings): Step[] {
  if (node.type !== "ensemble") return node.steps.map(({ to }, at) => ({ at, to }));
  return Object.entries(node.steps).map(([at, { to }]) => ({ at, to }));
}

/** Services that the steps of a graph call. */
export function servicesOf({ nodes }: Pick<GraphSettings, "nodes">, services: GraphServices): GraphService[] {
  const targets = Object.values(nodes).flatMap((node) => stepsOf(node).map(({ to }) => to));
  return [...new Set(targets.flatMap((to) => (to.type === "service" ? (services.get(to.service) ?? []) : [])))];
}

/** `spec.nodes` of the graph. */
export function nodesOf({ nodes }: Pick<GraphSettings, "nodes">, services: GraphServices): JsonObject {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, nodeOf(node, services)]));
}

function nodeOf(node: NodeSettings, services: GraphServices): JsonObject {
  const target = (to: TargetSettings) => targetOf(to, services);
  switch (node.type) {
    case "sequence":
      return {
        routerType: "Sequence",
        steps: node.steps.map(({ to, data, mapPredictionsToInstances, condition, dependency }, at) => ({
          ...target(to),
          data: `$${data ?? (at === 0 ? "request" : "response")}`,
          ...(mapPredictionsToInstances && { mapPredictionsToInstances }),
          ...(condition !== undefined && { condition }),
          dependency: DEPENDENCIES[dependency],
        })),
      };
    case "switch":
      return { routerType: "Switch", steps: node.steps.map(({ to, condition }) => ({ ...target(to), condition })) };
    case "splitter":
      return { routerType: "Splitter", steps: node.steps.map(({ to, weight }) => ({ ...target(to), weight })) };
    case "ensemble":
      return {
        routerType: "Ensemble",
        steps: Object.entries(node.steps).map(([name, { to, dependency }]) => ({
          name,
          ...target(to),
          dependency: DEPENDENCIES[dependency],
        })),
      };
  }
}

const DEPENDENCIES = { hard: "Hard", soft: "Soft" } as const;

/** By its address, as the name of a service is that of a Service of KServe, which a canary gets no requests of, in the namespace of the graph. */
function targetOf(to: TargetSettings, services: GraphServices): JsonObject {
  if (to.type === "node") return { nodeName: to.node };
  const service = services.get(to.service);
  const model = to.model ?? service?.modelName ?? to.service;
  const path = service?.api === "v1" ? `/v1/models/${model}:predict` : `/v2/models/${model}/infer`;
  return { serviceUrl: `${service?.url}${path}` };
}
