/** Rules on variables that pods have from buckets, a registry or a feature store: those of the user would replace them, and nothing would say so. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSet, bucketSetProblems } from "#lib/kube/bucket-set";
import { variablesOfProps } from "#lib/kube/variable-problems";
import { clientVariables } from "./pods";
import type { NodesSettings, RuntimeEnvSettings } from "./schema";

const BUCKET_PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "ray.buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "ray.identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "ray.variable-of-bucket", path }),
};

/** Problems of the variables of pods, and of the buckets that give them some. */
export function clientProblems(settings: NodesSettings, path: string): Problem[] {
  const { buckets, head, workers, namespace, serviceAccountAnnotations } = settings;
  const parts = [
    { pod: head, at: `${path}.head` },
    ...Object.entries(workers).map(([name, pod]) => ({ pod, at: joinPath(`${path}.workers`, [name]) })),
  ];
  const variables = parts.flatMap(({ pod, at }) =>
    (["env", "secretEnv"] as const).flatMap((prop) => Object.keys(pod[prop]).map((name) => ({ name, path: joinPath(at, [prop, name]) }))),
  );
  return [
    ...bucketSetProblems(buckets, { problems: BUCKET_PROBLEMS, namespace, serviceAccountAnnotations, variables }, path),
    ...variablesOfProps(variables, clientVariables(settings), variableOfProp),
  ];
}

/** Problems of the variables that Ray sets for tasks, where they replace those of pods. */
export function taskVariableProblems({ envVars }: RuntimeEnvSettings, settings: NodesSettings, path: string): Problem[] {
  const variables = Object.keys(envVars).map((name) => ({ name, path: joinPath(`${path}.envVars`, [name]) }));
  const props = { buckets: bucketSet(settings.buckets, settings.namespace).environment, ...clientVariables(settings) };
  return variablesOfProps(variables, props, variableOfProp);
}

function variableOfProp(path: string): ProblemPlace {
  return { id: "ray.variable-of-prop", path };
}
