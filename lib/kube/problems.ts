/** Problems that a construct finds with its own props: read by our synth, and by plain cdk8s as validations. */

import type { IConstruct } from "constructs";
import { formatProblem, isError, type Problem } from "#lib/core/problem";

const PROBLEM = "beamstack-iac/problem";

/** Records what is wrong with a construct. Errors also fail a plain `app.synth()`. */
export function addProblems(scope: IConstruct, problems: readonly Problem[]): void {
  for (const problem of problems) scope.node.addMetadata(PROBLEM, problem);
  const errors = problems.filter(isError);
  if (errors.length > 0) scope.node.addValidation({ validate: () => errors.map(formatProblem) });
}

/** Everything recorded on one construct. */
export function problemsOf(scope: IConstruct): Problem[] {
  return scope.node.metadata.filter((entry) => entry.type === PROBLEM).map((entry) => entry.data as Problem);
}

/** Was no error recorded on this construct? Nothing is derived from the props of one that has errors. */
export function isSound(scope: IConstruct): boolean {
  return !problemsOf(scope).some(isError);
}
