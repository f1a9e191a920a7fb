/** Problems of a pipeline that a session cluster cannot run. */

import type { Problem } from "#lib/core/problem";
import type { PipelineArtifacts, PipelineAsk } from "#lib/kube/beam-runner";
import type { IFeatureStore } from "#lib/kube/feature-store";
import type { IPretrainedModel } from "#lib/kube/pretrained-model";
import type { ITransformCollection } from "#lib/kube/transform-collection";
import type { FlinkClusterSettings } from "./schema";
import { savepointStorageOf, storesOf } from "./state";

/** A cluster and the path of its declaration. */
export interface CheckedCluster {
  readonly name: string;
  readonly settings: FlinkClusterSettings;
  /** Path in the environment file. */
  readonly source: string;
}

/** Problems of the pipeline on this cluster; `path` is the path of the pipeline's props. */
export function pipelineProblems(cluster: CheckedCluster, ask: PipelineAsk, path: string): Problem[] {
  return [
    ...savepointUpgrade(cluster, ask, path),
    ...moreThanSlots(cluster, ask, path),
    ...artifactScheme(ask, path),
    ...unreadableArtifacts(cluster, ask, path),
    ...needsJava(ask, path),
    ...notShared({ name: cluster.name, ...cluster.settings.worker, source: cluster.source }, ask, path),
  ];
}

/** Environments in which a TaskManager itself runs Java. Source: Beam 2.77.0, DefaultJobBundleFactory. */
const JAVA_ENVIRONMENTS = ["EMBEDDED", "PROCESS"];

/**
 * What Java expands asks for a container of Java's SDK image, which a TaskManager starts with Docker: its pod has none. A worker pool of Java in its place
 * would serve one job only, whose options it needs when it starts, and no packages that come with a job. Source: Beam 2.77.0, ExternalWorkerService.
 */
export function needsJava({ content }: PipelineAsk, path: string): Problem[] {
  const { java = [], javaEnvironment = "DOCKER" } = content ?? {};
  if (java.length === 0 || JAVA_ENVIRONMENTS.includes(javaEnvironment)) return [];
  return [
    {
      id: "pipelines.needs-java",
      path: `${path}.runner`,
      got: `the transforms of Java ${java.join(", ")} in the environment ${javaEnvironment}`,
      allowed: "transforms of Python: no worker of the cluster runs Java",
      fix: `use transforms of Python, or put Java into images of your own, for the submitter and for Flink, and set options.default_environment_type to ${JAVA_ENVIRONMENTS.join(" or ")}`,
    },
  ];
}

/** A cluster whose workers have a feature store, collections and models, or none. */
interface SharedWorkers {
  readonly name: string;
  readonly featureStore?: IFeatureStore | undefined;
  /** @default none */
  readonly collections?: readonly ITransformCollection[];
  /** @default none */
  readonly models?: readonly IPretrainedModel[];
  /** Path in the environment file. @default it was created elsewhere */
  readonly source?: string;
}

/** Workers are pods of the cluster: pipelines share what these mount. */
export function notShared(cluster: SharedWorkers, ask: PipelineAsk, path: string): Problem[] {
  return [...otherFeatures(cluster, ask, path), ...otherCollections(cluster, ask, path), ...otherModels(cluster, ask, path)];
}

function otherCollections({ name, collections = [], source }: SharedWorkers, ask: PipelineAsk, path: string): Problem[] {
  const missing = (ask.collections ?? []).filter((each) => each.inVolume && !collections.includes(each));
  return missing.map((each) => ({
    id: "pipelines.collection-of-cluster",
    path: `${path}.collections`,
    got: `${each.name}, on cluster ${name} whose workers do not have it`,
    allowed: "collections of the cluster, whose workers its pipelines share",
    fix: source === undefined ? "use a collection in the image, or another runner" : `add "${each.name}" to ${source}.worker.collections`,
  }));
}

function otherModels({ name, models = [], source }: SharedWorkers, ask: PipelineAsk, path: string): Problem[] {
  const missing = (ask.models ?? []).filter((each) => !models.includes(each));
  return missing.map((each) => ({
    id: "pipelines.model-of-cluster",
    path: `${path}.bindings`,
    got: `the model ${each.name}, on cluster ${name} whose workers do not have it`,
    allowed: "models of the cluster, whose workers its pipelines share",
    fix: source === undefined ? "use a model in a bucket, or another runner" : `add "${each.name}" to ${source}.worker.models`,
  }));
}

function otherFeatures({ name, featureStore, source }: SharedWorkers, ask: PipelineAsk, path: string): Problem[] {
  const wanted = ask.featureStore?.name;
  if (wanted === undefined || wanted === featureStore?.name) return [];
  return [
    {
      id: "pipelines.feature-store-of-cluster",
      path: `${path}.featureStore`,
      got: `${wanted}, on cluster ${name} whose workers ${featureStore ? `have ${featureStore.name}` : "know of none"}`,
      allowed: "the feature store of the cluster, whose workers its pipelines share",
      fix: source === undefined ? "use another runner, or remove featureStore" : `set ${source}.worker.featureStore to "${wanted}"`,
    },
  ];
}

/** Flink needs a directory to stop a job with a savepoint; without one the upgrade fails half-way. */
function savepointUpgrade({ name, settings, source }: CheckedCluster, { upgrade }: PipelineAsk, path: string): Problem[] {
  if (upgrade !== "savepoint" || savepointStorageOf(settings)) return [];
  return [
    {
      id: "pipelines.upgrade-without-savepoint-storage",
      path: `${path}.upgrade`,
      got: `"savepoint" on cluster ${name}, which has no storage for savepoints`,
      allowed: '"stateless", or a cluster with storage or savepoints.storage',
      fix: `set ${source}.storage, or remove upgrade`,
    },
  ];
}

/** All tasks of a streaming job run at the same time, so it needs that many slots. Steps of a batch job can run one after another. */
function moreThanSlots({ name, settings, source }: CheckedCluster, { parallelism, streaming }: PipelineAsk, path: string): Problem[] {
  const { taskManager, flinkConfiguration = {} } = settings;
  const slots = taskManager.maxReplicas * taskManager.slots;
  if (parallelism <= slots) return [];
  // The adaptive scheduler starts with the available slots.
  const isAdaptive = flinkConfiguration["jobmanager.scheduler"]?.toLowerCase() === "adaptive";
  return [
    {
      id: "pipelines.parallelism-beyond-slots",
      path: `${path}.parallelism`,
      got: `${parallelism}, on cluster ${name} with at most ${slots} slots`,
      allowed: `at most ${slots}`,
      fix: `lower it, or raise taskManager.maxReplicas or taskManager.slots of ${source}`,
      ...(!(streaming === true && !isAdaptive) && { severity: "warning" as const }),
    },
  ];
}

/** The job server stages artifacts through Beam's file systems. Source: Beam 2.77.0, job server image: file systems for s3 and gs. */
export function artifactScheme({ artifacts }: PipelineAsk, path: string): Problem[] {
  if (artifacts === undefined) return [];
  if (/^(?:s3|gs):/.test(artifacts.uri)) return artifactBucket(artifacts, path);
  return [
    {
      id: "pipelines.artifacts-scheme",
      path: `${path}.artifacts`,
      got: artifacts.uri,
      allowed: "a URI that begins with s3:// or gs://: the job server has no other file system, and file: is local to one pod",
      fix: "use a bucket in S3 or Google Cloud Storage, or put the packages into the image",
    },
  ];
}

/**
 * Source: Beam 2.77.0, JobServerDriver.ServerConfiguration: no options of file systems, so no endpoint of a store either; and
 * nobody writes into a public bucket.
 */
function artifactBucket({ from }: PipelineArtifacts, path: string): Problem[] {
  const location = from?.bucket.location;
  const hasEndpoint = location?.api === "s3" && location.endpoint !== undefined;
  if (!from || !(hasEndpoint || from.access.credentials.type === "public")) return [];
  return [
    {
      id: "pipelines.artifacts-bucket",
      path: `${path}.artifacts`,
      got: `the bucket ${from.bucket.name}, ${hasEndpoint ? "which has an endpoint of its own" : "which nobody may write"}`,
      allowed: "a bucket of AWS or Google Cloud with credentials: Beam's job server takes no endpoint",
      fix: "use another bucket, or put the packages into the image",
    },
  ];
}

/** TaskManagers read what was staged, with the access of the cluster's own storage. */
function unreadableArtifacts({ name, settings, source }: CheckedCluster, { artifacts }: PipelineAsk, path: string): Problem[] {
  if (!artifacts?.from) return [];
  const { credentials } = artifacts.from.access;
  // The cloud associates a role with the account: nothing of it is known here.
  if (credentials.type === "identity" && Object.keys(credentials.annotations).length === 0) return [];
  const wanted = JSON.stringify(credentials);
  if (storesOf(settings).some(({ from }) => from && JSON.stringify(from.access.credentials) === wanted)) return [];
  return [
    {
      id: "pipelines.artifacts-unreadable",
      path: `${path}.artifacts`,
      got: `the bucket ${artifacts.from.bucket.name}, to which cluster ${name} has no access`,
      allowed: "a bucket with the credentials of the cluster's storage: TaskManagers read staged packages with them",
      fix: `set ${source}.storage to a bucket with the same credentials`,
    },
  ];
}
