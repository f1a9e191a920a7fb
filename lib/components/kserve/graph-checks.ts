/** Rules on inference graphs that a schema cannot express. Sources: KServe v0.20.0, apis/serving/v1alpha1/inference_graph_validation.go and cmd/router/main.go. */

import type { Problem } from "#lib/core/problem";
import { joinPath, nearest, show } from "#lib/core/schema";
import { nameProblems } from "#lib/kube/name-problems";
import { type GraphServices, type Step, stepsOf } from "./graph-nodes";
import type { GraphSettings, NodeSettings } from "./graph-schema";

const ROOT = "root";

/** Longest name: `isvc.<name>-graph` is a label, and name and namespace together are one of a host. */
const NAME = { thing: "graph", most: 27 } as const;

/** Problems of a graph; `path` is its path in the file. */
export function graphProblems(
  { name, services }: { readonly name: string; readonly services: GraphServices },
  { nodes }: GraphSettings,
  path: string,
): Problem[] {
  const each = Object.entries(nodes).map(([node, settings]) => ({ node, settings, at: joinPath(`${path}.nodes`, [node]) }));
  return [
    ...nameProblems(name, NAME, { id: "kserve.graph-name", path }),
    ...(ROOT in nodes ? reachProblems(nodes, path) : [noRoot(path)]),
    ...each.flatMap(({ settings, at }) => stepsOf(settings).flatMap((step) => targetProblems(step, { nodes, services, at }))),
    ...each.flatMap(({ settings, at }) => weightProblems(settings, at)),
    ...each.flatMap(({ settings, at }) => sequenceProblems(settings, services, at)),
  ];
}

function noRoot(path: string): Problem {
  return {
    id: "kserve.graph-no-root",
    path: `${path}.nodes`,
    got: "a graph without the node root",
    allowed: "a node root, where requests begin",
    fix: "name the first node root",
  };
}

type Nodes = GraphSettings["nodes"];

/** The router follows nodes without an end, and no others than those. */
function reachProblems(nodes: Nodes, path: string): Problem[] {
  const reached = new Set<string>();
  const cycle = follow(ROOT, { nodes, reached, above: [] });
  if (cycle) return [endless(cycle, path)];
  return Object.keys(nodes)
    .filter((node) => !reached.has(node))
    .map((node) => ({
      id: "kserve.graph-unreachable-node",
      path: joinPath(`${path}.nodes`, [node]),
      got: `the node ${node}, which no step leads to`,
      allowed: "nodes that requests can reach from root",
      fix: 'let a step lead to it with to: { type: "node" }, or remove it',
    }));
}

interface Walk {
  readonly nodes: Nodes;
  readonly reached: Set<string>;
  /** Nodes on the way from the root. */
  readonly above: readonly string[];
}

function follow(name: string, { nodes, reached, above }: Walk): readonly string[] | undefined {
  if (above.includes(name)) return [...above.slice(above.indexOf(name)), name];
  const node = nodes[name];
  if (!node || reached.has(name)) return undefined;
  const next = stepsOf(node).flatMap(({ to }) => (to.type === "node" ? [to.node] : []));
  const cycle = next.map((each) => follow(each, { nodes, reached, above: [...above, name] })).find((each) => each);
  reached.add(name);
  return cycle;
}

function endless(cycle: readonly string[], path: string): Problem {
  return {
    id: "kserve.graph-cycle",
    path: `${path}.nodes`,
    got: cycle.join(" -> "),
    allowed: "nodes that lead to an end: the router follows them for ever",
    fix: "let a step of one of them lead to a service",
  };
}

interface TargetPlace {
  readonly nodes: Nodes;
  readonly services: GraphServices;
  /** Path of the node. */
  readonly at: string;
}

function targetProblems({ at: step, to }: Step, { nodes, services, at }: TargetPlace): Problem[] {
  const path = joinPath(`${at}.steps`, [step, "to"]);
  if (to.type === "node") return to.node in nodes ? [] : [unknown("node", to.node, { known: Object.keys(nodes), path: `${path}.node` })];
  const service = services.get(to.service);
  if (!service) return [unknown("service", to.service, { known: [...services.keys()], path: `${path}.service` })];
  return (to.model === undefined) === (service.modelName === undefined) ? [modelName(to.service, service.modelName, path)] : [];
}

function unknown(
  what: "node" | "service",
  got: string,
  { known, path }: { readonly known: readonly string[]; readonly path: string },
): Problem {
  const near = nearest(got, known);
  return {
    id: `kserve.graph-unknown-${what}`,
    path,
    got: show(got),
    allowed: known.length > 0 ? `one of ${known.join(", ")}` : `a ${what}, of which there is none`,
    fix: near
      ? `did you mean ${near}?`
      : what === "node"
        ? "add the node, or change the name"
        : "add it to kserve.services, or change the name",
  };
}

function modelName(service: string, known: string | undefined, path: string): Problem {
  return {
    id: "kserve.graph-model-name",
    path: `${path}.model`,
    got: known === undefined ? `no name of the model of ${service}` : `a name of the model of ${service}`,
    allowed:
      known === undefined ? "the name by which the server of the service knows the model" : `no name: its server calls the model ${known}`,
    fix: known === undefined ? "set model, such as the folder in the repository of Triton" : "remove model",
  };
}

function weightProblems(node: NodeSettings, at: string): Problem[] {
  if (node.type !== "splitter") return [];
  const sum = node.steps.reduce((all, { weight }) => all + weight, 0);
  if (sum === 100) return [];
  return [
    {
      id: "kserve.graph-weights",
      path: `${at}.steps`,
      got: `weights of together ${sum} %`,
      allowed: "100 %",
      fix: "change the weights",
    },
  ];
}

function sequenceProblems(node: NodeSettings, services: GraphServices, at: string): Problem[] {
  if (node.type !== "sequence") return [];
  const [first] = node.steps;
  const early = first && (first.condition !== undefined || first.data === "response" || first.mapPredictionsToInstances);
  return [
    ...(early ? [nothingBefore(joinPath(`${at}.steps`, [0]))] : []),
    ...node.steps.flatMap(({ to, mapPredictionsToInstances }, step) => {
      const isV2 = to.type === "service" && services.get(to.service)?.api === "v2";
      return mapPredictionsToInstances && isV2 ? [mapsForV2(to.service, joinPath(`${at}.steps`, [step]))] : [];
    }),
  ];
}

function nothingBefore(path: string): Problem {
  return {
    id: "kserve.graph-first-step",
    path,
    got: 'condition, data: "response" or mapPredictionsToInstances in the first step',
    allowed: "a first step that gets the request: there is no answer before it",
    fix: "remove it, or use a node of type switch for conditions on requests",
  };
}

function mapsForV2(service: string, path: string): Problem {
  return {
    id: "kserve.graph-maps-v2",
    path: `${path}.mapPredictionsToInstances`,
    got: `instances for ${service}, which speaks protocol v2`,
    allowed: "services of protocol v1",
    fix: "remove it, and let a transformer of the service read the answer before it",
  };
}
