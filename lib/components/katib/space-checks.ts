/** Does the search space suit the algorithm? Each rule is that of the algorithm's service, which else refuses the experiment minutes later. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { type Algorithm, searchesArchitectures } from "./algorithms";
import type { ExperimentSettings } from "./schema";
import { countOf, type Parameter } from "./search-space";
import { shellProblems } from "./shell-checks";
import { isWrapped } from "./trial";

/** Problems of parameters, architecture and algorithm. */
export function spaceProblems(settings: ExperimentSettings, path: string): Problem[] {
  const { parameters, architecture, algorithm } = settings;
  const architectures = searchesArchitectures(algorithm);
  return [
    ...parameterProblems(parameters, `${path}.parameters`),
    ...(architecture?.operations ?? []).flatMap(({ parameters: own }, index) =>
      parameterProblems(own, `${joinPath(`${path}.architecture.operations`, [index])}.parameters`),
    ),
    ...(architectures !== (architecture !== undefined) || architectures === Object.keys(parameters).length > 0
      ? [wrongSpace(algorithm, path)]
      : []),
    ...algorithmProblems(settings, path),
    ...distributionProblems(settings, path),
    ...(isWrapped(settings) || settings.job ? valueProblems(parameters, `${path}.parameters`) : []),
  ];
}

/** Values are arguments of the program. */
function valueProblems(parameters: Readonly<Record<string, Parameter>>, path: string): Problem[] {
  return Object.entries(parameters).flatMap(([name, parameter]) =>
    parameter.type === "categorical"
      ? parameter.values.flatMap((value, index) => shellProblems(value, `${joinPath(path, [name])}.values[${index}]`))
      : [],
  );
}

type Distribution = Extract<Parameter, { readonly min: number }>["distribution"];

interface Distributions {
  readonly double: readonly Distribution[];
  readonly int: readonly Distribution[];
}

const UNIFORM: Distributions = { double: ["uniform"], int: ["uniform"] };
const HYPEROPT: Distributions = {
  double: ["uniform", "logUniform", "normal", "logNormal"],
  int: ["uniform", "logUniform", "normal", "logNormal"],
};
const OPTUNA: Distributions = { double: ["uniform", "logUniform"], int: ["uniform", "logUniform"] };

/**
 * Distributions that the service of an algorithm draws from. The others ignore what they do not know: Optuna's leaves the parameter out, and the one of
 * Bayesian optimization draws each double from the logarithm. Source: Katib v0.19.0, pkg/suggestion/v1beta1, base_service.py of each and goptuna/converter.go.
 */
const DISTRIBUTIONS: Readonly<Record<Algorithm["type"], Distributions>> = {
  random: HYPEROPT,
  tpe: HYPEROPT,
  grid: OPTUNA,
  "multivariate-tpe": OPTUNA,
  bayesianoptimization: { double: ["logUniform"], int: ["uniform"] },
  cmaes: UNIFORM,
  sobol: UNIFORM,
  hyperband: UNIFORM,
  pbt: UNIFORM,
  enas: UNIFORM,
  darts: UNIFORM,
};

function distributionProblems({ parameters, algorithm }: ExperimentSettings, path: string): Problem[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    if (!("distribution" in parameter)) return [];
    const known = DISTRIBUTIONS[algorithm.type][parameter.type];
    const stepped =
      parameter.step !== undefined && ignoresStep(algorithm, parameter.distribution) ? [stepIgnored(algorithm, name, path)] : [];
    if (known.includes(parameter.distribution)) return stepped;
    return [
      ...stepped,
      {
        id: "katib.distribution",
        path: `${joinPath(`${path}.parameters`, [name])}.distribution`,
        got: `${parameter.distribution} for a parameter of type ${parameter.type} with ${algorithm.type}`,
        allowed: known.join(", "),
        fix: `set distribution to ${known[0] ?? "uniform"}, or use another algorithm`,
      },
    ];
  });
}

function parameterProblems(parameters: Readonly<Record<string, Parameter>>, path: string): Problem[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const at = joinPath(path, [name]);
    return "values" in parameter ? listProblems(parameter.values, at) : rangeProblems(parameter, at);
  });
}

function listProblems(values: readonly (string | number)[], path: string): Problem[] {
  return new Set(values).size < values.length ? [valueTwice(path)] : [];
}

function rangeProblems({ min, max, distribution }: Extract<Parameter, { readonly min: number }>, path: string): Problem[] {
  const logarithmic = distribution === "logUniform" || distribution === "logNormal";
  return [...(min >= max ? [emptyRange(min, max, path)] : []), ...(logarithmic && min <= 0 ? [noLogarithm(min, path)] : [])];
}

function valueTwice(path: string): Problem {
  return {
    id: "katib.value-twice",
    path: `${path}.values`,
    got: "a value twice",
    allowed: "each value once",
    fix: "remove one of the two",
  };
}

function emptyRange(min: number, max: number, path: string): Problem {
  return {
    id: "katib.empty-range",
    path,
    got: `values from ${min} to ${max}`,
    allowed: "min below max",
    fix: "exchange them, or remove the parameter",
  };
}

function noLogarithm(min: number, path: string): Problem {
  return {
    id: "katib.logarithm-of-zero",
    path: `${path}.min`,
    got: `${min} with a logarithmic distribution`,
    allowed: "a value above 0",
    fix: "raise min, or use distribution uniform or normal",
  };
}

function wrongSpace(algorithm: Algorithm, path: string): Problem {
  const architectures = searchesArchitectures(algorithm);
  return {
    id: "katib.wrong-search-space",
    path: `${path}.${architectures ? "architecture" : "parameters"}`,
    got: `the algorithm ${algorithm.type} without its search space, or with that of others`,
    allowed: architectures ? "architecture, and no parameters" : "parameters, and no architecture",
    fix: architectures ? "set architecture, and remove parameters" : "set parameters, and remove architecture",
  };
}

function algorithmProblems(settings: ExperimentSettings, path: string): Problem[] {
  const { algorithm } = settings;
  switch (algorithm.type) {
    case "grid":
      return gridProblems(settings, path);
    case "cmaes":
      return Object.values(settings.parameters).filter(({ type }) => type === "int" || type === "double").length < 2
        ? [twoDimensions(path)]
        : [];
    case "hyperband":
      return hyperbandProblems(settings, algorithm, path);
    case "enas":
      return enasProblems(settings, path);
    default:
      return [];
  }
}

/** Source: Katib v0.19.0, optuna/service.py, _validate_grid_setting, and internal/search_space.py, convert_to_combinations. */
function gridProblems({ parameters, maxTrials }: ExperimentSettings, path: string): Problem[] {
  const counts = Object.entries(parameters).map(([name, parameter]) => ({ name, count: countOf(parameter) }));
  const endless = counts.filter(({ count }) => count === undefined).map(({ name }) => noStep(name, path));
  const all = counts.reduce((product, { count = Number.POSITIVE_INFINITY }) => product * count, 1);
  return [...endless, ...(maxTrials > all ? [moreThanCombinations(maxTrials, all, path)] : [])];
}

function noStep(name: string, path: string): Problem {
  return {
    id: "katib.grid-without-step",
    path: joinPath(`${path}.parameters`, [name]),
    got: "a double without a step in a grid",
    allowed: "a step for each double of a grid",
    fix: "set step, or use another algorithm",
  };
}

function moreThanCombinations(maxTrials: number, combinations: number, path: string): Problem {
  return {
    id: "katib.more-trials-than-combinations",
    path: `${path}.maxTrials`,
    got: `${maxTrials} trials of a grid with ${combinations} combinations`,
    allowed: `at most ${combinations}`,
    fix: "lower maxTrials, or add values",
  };
}

/** Source: the same, _validate_cmaes_setting; goptuna/service.go. */
function twoDimensions(path: string): Problem {
  return {
    id: "katib.cmaes-needs-two-numbers",
    path: `${path}.parameters`,
    got: "fewer than two parameters of type int or double",
    allowed: "at least two for cmaes",
    fix: "add one, or use another algorithm",
  };
}

/** Source: Katib v0.19.0, hyperband/service.py, ValidateAlgorithmSettings. */
function hyperbandProblems(
  { parameters, parallelTrials }: ExperimentSettings,
  { resourceName, maxResource, eta }: Extract<Algorithm, { readonly type: "hyperband" }>,
  path: string,
): Problem[] {
  const rounds = Math.trunc(Math.log(maxResource) / Math.log(eta));
  const least = Math.ceil(eta ** rounds);
  return [
    ...(parameters[resourceName]?.type === "int" || parameters[resourceName]?.type === "double" ? [] : [noResource(resourceName, path)]),
    ...(parallelTrials < least ? [tooFewForBracket(parallelTrials, least, path)] : []),
  ];
}

function noResource(name: string, path: string): Problem {
  return {
    id: "katib.no-such-resource",
    path: `${path}.algorithm.resourceName`,
    got: JSON.stringify(name),
    allowed: "the name of a parameter of type int or double",
    fix: "add the parameter, or name another one",
  };
}

function tooFewForBracket(parallel: number, least: number, path: string): Problem {
  return {
    id: "katib.too-few-for-hyperband",
    path: `${path}.parallelTrials`,
    got: `${parallel} trials at the same time`,
    allowed: `at least ${least}: a round of hyperband starts together`,
    fix: "raise parallelTrials, or lower algorithm.maxResource",
  };
}

/** Sources: Katib v0.19.0, nas/enas/service.py, ValidateAlgorithmSettings, and nas/common/validation.py. */
function enasProblems({ architecture }: ExperimentSettings, path: string): Problem[] {
  if (!architecture || (architecture.inputSizes && architecture.outputSizes)) return [];
  return [
    {
      id: "katib.enas-needs-sizes",
      path: `${path}.architecture`,
      got: "an architecture without inputSizes or outputSizes",
      allowed: "both for enas",
      fix: "set inputSizes and outputSizes",
    },
  ];
}

/** Source: the same. */
function ignoresStep({ type }: Algorithm, distribution: Distribution): boolean {
  return type === "bayesianoptimization" || (type === "multivariate-tpe" && distribution === "logUniform");
}

function stepIgnored({ type }: Algorithm, name: string, path: string): Problem {
  return {
    id: "katib.step-ignored",
    path: `${joinPath(`${path}.parameters`, [name])}.step`,
    got: `a step with ${type}`,
    allowed: "no step: the service of the algorithm draws any value of the range",
    fix: "remove step, use type discrete, or another algorithm",
  };
}
