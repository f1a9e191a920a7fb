/** Language models on several nodes: groups of pods, one on each node, of which the first answers. Source: vLLM v0.33.0, "Parallelism and Scaling". */

import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { GroupedPods, IPodGroups, PodGroupsAsk } from "#lib/kube/pod-groups";
import { serviceLabels } from "./labels";
import type { LlmSettings } from "./llm-schema";

/** Name of the groups of a model: the model's own is that of the Service of its callers. */
export function groupsName(name: string): string {
  return `${name}-nodes`;
}

/** Part of a group. */
export type GroupPart = "leader" | "worker";

/** What `vllm serve` is told beside the arguments of any model: its place in the group. Workers serve no HTTP. */
export function groupArgs(nodes: number, part: GroupPart, { leaderAddress, podNumber }: IPodGroups): string[] {
  return [
    "--distributed-executor-backend=mp",
    `--nnodes=${nodes}`,
    `--node-rank=$(${podNumber})`,
    `--master-addr=$(${leaderAddress})`,
    ...(part === "worker" ? ["--headless"] : []),
  ];
}

/** The groups; `podOf` gives the pods of a part in the form of an InferenceService. */
export function groupsAsk(
  name: string,
  { namespace, replicas, nodes, rollout }: Pick<LlmSettings, "namespace" | "replicas" | "nodes" | "rollout">,
  podOf: (part: GroupPart) => JsonObject,
): PodGroupsAsk {
  return {
    name: groupsName(name),
    namespace,
    groups: replicas,
    size: nodes,
    rollout,
    leader: grouped(name, podOf("leader")),
    workers: grouped(name, podOf("worker")),
  };
}

/** KServe sets these labels on pods of its own. How pods are replaced is a matter of the groups, and nothing is copied to them. */
function grouped(name: string, { labels, annotations: _copied, deploymentStrategy: _rollout, ...spec }: JsonObject): GroupedPods {
  return { labels: { ...(labels as Readonly<Record<string, string>>), ...serviceLabels(name, "predictor") }, spec };
}

/** A model on several nodes without anything that runs groups of pods. */
export function noGroups(nodes: number, path: string): Problem {
  return {
    id: "kserve.nodes-need",
    path: `${path}.nodes`,
    got: `a model on ${nodes} nodes in an environment without leaderWorkerSet`,
    allowed: "more than one node together with leaderWorkerSet, which starts and replaces the pods of a model together",
    fix: "add leaderWorkerSet: {}, or set nodes to 1 and choose a pool whose machines have all GPUs",
  };
}
