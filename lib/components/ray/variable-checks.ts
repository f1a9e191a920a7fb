/** Rules on variables that pods have from buckets, models, a registry or a feature store: those of the user would replace them, and nothing would say so. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSet, bucketSetProblems } from "#lib/kube/bucket-set";
import { bucketsWithModels } from "#lib/kube/pretrained-model";
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
  const { buckets, models, head, workers, namespace, serviceAccountAnnotations } = settings;
  const parts = [
    { pod: head, at: `${path}.head` },
    ...Object.entries(workers).map(([name, pod]) => ({ pod, at: joinPath(`${path}.workers`, [name]) })),
  ];
  const variables = parts.flatMap(({ pod, at }) =>
    (["env", "secretEnv"] as const).flatMap((prop) => Object.keys(pod[prop]).map((name) => ({ name, path: joinPath(at, [prop, name]) }))),
  );
  const pathOf = (index: number) => joinPath(path, index < buckets.length ? ["buckets", index] : ["models"]);
  return [
    ...bucketSetProblems(
      bucketsWithModels(buckets, models),
      { problems: BUCKET_PROBLEMS, namespace, serviceAccountAnnotations, variables, pathOf },
      path,
    ),
    ...modelProblems(settings, path),
    ...variablesOfProps(variables, clientVariables(settings), variableOfProp),
  ];
}

/** Pods of a cluster are on several nodes. */
function modelProblems({ models, workers }: NodesSettings, path: string): Problem[] {
  if (Object.keys(workers).length === 0) return [];
  return models
    .filter(({ isOnSeveralNodes }) => !isOnSeveralNodes)
    .map(({ name }) => ({
      id: "ray.model-on-one-node",
      path: `${path}.models`,
      got: `the model ${name} in a volume of one node, for a head and workers`,
      allowed: "a model that pods on several nodes can read",
      fix: `set pretrainedModels.models.${name}.place.accessMode to "ReadWriteMany", or its place to a bucket, or remove workers`,
    }));
}

/** Problems of the variables that Ray sets for tasks, where they replace those of pods. */
export function taskVariableProblems({ envVars }: RuntimeEnvSettings, settings: NodesSettings, path: string): Problem[] {
  const variables = Object.keys(envVars).map((name) => ({ name, path: joinPath(`${path}.envVars`, [name]) }));
  const { environment } = bucketSet(bucketsWithModels(settings.buckets, settings.models), settings.namespace);
  const props = { buckets: environment, ...clientVariables(settings) };
  return variablesOfProps(variables, props, variableOfProp);
}

function variableOfProp(path: string): ProblemPlace {
  return { id: "ray.variable-of-prop", path };
}
