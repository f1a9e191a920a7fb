/** What workers of a session cluster read and write: buckets, and pre-trained models. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { IBucket } from "#lib/kube/bucket";
import { type BucketSet, bucketSet, bucketSetProblems } from "#lib/kube/bucket-set";
import { bucketsWithModels, type IPretrainedModel } from "#lib/kube/pretrained-model";
import type { FlinkClusterSettings } from "./schema";
import { storesOf } from "./state";
import { trustOf } from "./trust";

type Worker = FlinkClusterSettings["worker"];

/** Buckets of the workers: those of models, too. */
export function workerBuckets({ buckets, models }: Pick<Worker, "buckets" | "models">): readonly IBucket[] {
  return bucketsWithModels(buckets, models);
}

/** The buckets as all workers take them. */
export function workerBucketSet(worker: Worker, namespace: string): BucketSet {
  return bucketSet(workerBuckets(worker), namespace);
}

/** The settings of a cluster with the annotations that the buckets of its workers need. */
export function withWorkerBuckets(settings: FlinkClusterSettings): FlinkClusterSettings {
  const { annotations } = workerBucketSet(settings.worker, settings.namespace);
  if (Object.keys(annotations).length === 0) return settings;
  return { ...settings, serviceAccountAnnotations: { ...settings.serviceAccountAnnotations, ...annotations } };
}

/** Ids of the problems of buckets, each at its path. */
const PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "flink.worker-buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "flink.worker-identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "flink.variable-of-bucket", path }),
};

/** Problems of buckets and models of workers; `path` is that of the cluster. */
export function workerDataProblems(settings: FlinkClusterSettings, path: string): Problem[] {
  const { worker, namespace, serviceAccountAnnotations = {}, taskManager } = settings;
  const { env = {}, secretEnv = {}, buckets, models } = worker;
  const at = `${path}.worker`;
  const variables = Object.entries({ env, secretEnv }).flatMap(([prop, all]) =>
    Object.keys(all).map((name) => ({ name, path: joinPath(`${at}.${prop}`, [name]) })),
  );
  const pathOf = (index: number) => joinPath(at, index < buckets.length ? ["buckets", index] : ["models"]);
  return [
    ...bucketSetProblems(workerBuckets(worker), { problems: PROBLEMS, namespace, serviceAccountAnnotations, variables, pathOf }, path),
    ...otherCa(settings, at),
    ...models.filter(({ isOnSeveralNodes }) => taskManager.maxReplicas > 1 && !isOnSeveralNodes).map((model) => onOneNode(model, at)),
  ];
}

/** One volume of the pod holds the CA of Flink's storage and of the workers' buckets. */
function otherCa(settings: FlinkClusterSettings, path: string): Problem[] {
  const [own, ofStorage] = [workerBucketSet(settings.worker, settings.namespace).trust, trustOf(storesOf(settings))];
  if (!own || !ofStorage || JSON.stringify(own) === JSON.stringify(ofStorage)) return [];
  return [
    {
      id: "flink.worker-bucket-ca",
      path: `${path}.buckets`,
      got: `a CA in the Secret ${own.volume.secret.secretName}, and that of the cluster's storage in ${ofStorage.volume.secret.secretName}`,
      allowed: "buckets and storage of one store",
      fix: "use buckets of the store that the cluster's storage is in",
    },
  ];
}

function onOneNode({ name }: IPretrainedModel, path: string): Problem {
  return {
    id: "flink.model-on-one-node",
    path: `${path}.models`,
    got: `the model ${name} in a volume of one node, with several TaskManagers`,
    allowed: "a model that pods on several nodes can read",
    fix: `set pretrainedModels.models.${name}.place.accessMode to "ReadWriteMany", or its place to a bucket, or taskManager.maxReplicas to 1`,
  };
}
