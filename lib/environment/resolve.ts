/** From what people write to an {@link Environment}, or to everything that is wrong with it. */

import { namespaceProblems } from "#lib/components/foundation/checks";
import { nodePoolProblems } from "#lib/components/node-pools/checks";
import { isError, type Problem, type Result, sortProblems } from "#lib/core/problem";
import { schemaProblems } from "#lib/core/schema";
import { elasticsearchSectionProblems } from "./elasticsearch";
import { flinkProblems } from "./flink";
import { karpenterSectionProblems } from "./karpenter";
import { monitoringProblems } from "./monitoring";
import { pipelineSurroundingsProblems } from "./pipeline-surroundings";
import { pipelineProblems } from "./pipelines";
import { environmentSchema } from "./schema";
import type { Environment, EnvironmentSpec } from "./spec";

/** What an environment needs from outside. */
export interface Surroundings {
  /** Text of every file that the environment names, by the path as written; a file that is not there is absent. */
  readonly files: ReadonlyMap<string, string>;
}

/** One rule over a whole environment: references between its parts, combinations of them. */
type Rule = (spec: EnvironmentSpec, surroundings: Surroundings) => Problem[];

const RULES: readonly Rule[] = [
  operatorsNeedEmbedded,
  namespaceRule,
  nodePoolRule,
  karpenterRule,
  elasticsearchRule,
  flinkRule,
  pipelineRule,
  monitoringRule,
  pipelineSurroundingsRule,
];

/** Checks everything and reports everything at once; the environment comes back frozen. */
export function resolve(spec: EnvironmentSpec, surroundings: Surroundings): Result<Environment> {
  const shape = schemaProblems(environmentSchema, spec);
  const problems = [...shape, ...RULES.flatMap((rule) => applyRule(rule, spec, surroundings))];
  const errors = problems.filter(isError);
  if (errors.length > 0) return { ok: false, problems: sortProblems(unique(problems)) };
  return { ok: true, value: fill(spec, surroundings), warnings: sortProblems(problems) };
}

/** A rule may meet a spec whose shape is wrong; what it cannot read, the schema has reported. */
function applyRule(rule: Rule, spec: EnvironmentSpec, surroundings: Surroundings): Problem[] {
  try {
    return rule(spec, surroundings);
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

function fill(spec: EnvironmentSpec, { files }: Surroundings): Environment {
  const operators = spec.operators ?? (spec.cluster.type === "embedded" ? "simulated" : "helm");
  return deepFreeze({ ...spec, operators, files });
}

function operatorsNeedEmbedded(spec: EnvironmentSpec): Problem[] {
  if (spec.operators !== "simulated" || spec.cluster.type === "embedded") return [];
  return [
    {
      id: "environment.simulated-operators",
      path: "operators",
      got: `"simulated" on a cluster of type ${JSON.stringify(spec.cluster.type)}`,
      allowed: '"helm", or a cluster of type "embedded"',
      fix: 'remove operators, or set cluster to { type: "embedded" }',
    },
  ];
}

function namespaceRule({ namespaces = {} }: EnvironmentSpec): Problem[] {
  return Object.entries(namespaces).flatMap(([name, props]) => namespaceProblems(props, `namespaces.${name}`));
}

function karpenterRule({ karpenter, nodePools = {} }: EnvironmentSpec): Problem[] {
  return karpenterSectionProblems(karpenter, nodePools);
}

function elasticsearchRule({ elasticsearch, nodePools = {} }: EnvironmentSpec): Problem[] {
  return elasticsearch ? elasticsearchSectionProblems(elasticsearch, nodePools) : [];
}

function nodePoolRule({ nodePools = {} }: EnvironmentSpec): Problem[] {
  return Object.entries(nodePools).flatMap(([name, props]) => nodePoolProblems(props, `nodePools.${name}`));
}

function flinkRule({ flink, nodePools = {}, certManager }: EnvironmentSpec): Problem[] {
  return flink ? flinkProblems(flink, { nodePools, hasCertManager: certManager !== undefined }) : [];
}

function pipelineRule({ pipelines = {}, flink }: EnvironmentSpec, { files }: Surroundings): Problem[] {
  const surroundings = { files, runners: Object.keys(flink?.clusters ?? {}) };
  return Object.entries(pipelines).flatMap(([name, spec]) => pipelineProblems(name, spec, surroundings));
}

function monitoringRule({ monitoring, flink }: EnvironmentSpec): Problem[] {
  return monitoring ? monitoringProblems(monitoring, flink !== undefined) : [];
}

function pipelineSurroundingsRule(spec: EnvironmentSpec, { files }: Surroundings): Problem[] {
  return pipelineSurroundingsProblems(spec, files);
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.id}\n${problem.path}\n${problem.got}`, problem])).values()];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
