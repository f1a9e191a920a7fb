/** Problems of a construct's props: read by our synth, and by plain cdk8s as validations. */

import type { IConstruct } from "constructs";
import { formatProblem, isError, type Problem } from "#lib/core/problem";

const PROBLEM = "beamstack-iac/problem";

/** Records problems of a construct. Errors also fail a plain `app.synth()`. */
export function addProblems(scope: IConstruct, problems: readonly Problem[]): void {
  for (const problem of problems) scope.node.addMetadata(PROBLEM, problem);
  const errors = problems.filter(isError);
  if (errors.length > 0) scope.node.addValidation({ validate: () => errors.map(formatProblem) });
}

/** Problems recorded on a construct. */
export function problemsOf(scope: IConstruct): Problem[] {
  return scope.node.metadata.filter((entry) => entry.type === PROBLEM).map((entry) => entry.data as Problem);
}

/** Has the construct no errors? Nothing is derived from wrong props. */
export function isSound(scope: IConstruct): boolean {
  return !problemsOf(scope).some(isError);
}
