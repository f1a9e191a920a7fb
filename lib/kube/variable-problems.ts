/** Environment variables that a user and another prop set: a container would take one of the two, and say nothing. */

import type { Problem, ProblemPlace } from "#lib/core/problem";

/** A variable that a user sets, and its path in the environment file. */
export interface GivenVariable {
  readonly name: string;
  readonly path: string;
}

/** Variables by the prop that sets them; `undefined` where the prop is not set. */
export type VariablesOfProps = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Problems of variables that a prop sets, too. */
export function variablesOfProps(
  given: readonly GivenVariable[],
  props: VariablesOfProps,
  problem: (path: string) => ProblemPlace,
): Problem[] {
  return given.flatMap(({ name, path }) =>
    Object.entries(props)
      .filter(([, variables = {}]) => name in variables)
      .map(([prop]) => ({
        ...problem(path),
        got: `the variable ${name}, which ${prop} sets`,
        allowed: "variables that no other prop sets",
        fix: "remove the variable",
      })),
  );
}
