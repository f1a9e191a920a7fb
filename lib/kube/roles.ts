/** Roles: interfaces between components. A component knows roles, never another component. */

import type { IDependable } from "constructs";
import type { IBeamRunner } from "./beam-runner";
import type { IBucket, IObjectStore } from "./bucket";
import type { IDatabase, IDatabaseServer } from "./database";
import type { IEventScaler } from "./event-scaler";
import type { IFeatureStore } from "./feature-store";
import type { IGpuPlatform } from "./gpu-platform";
import type { IModelRegistry } from "./model-registry";
import type { ILanguageModel, IModelServer } from "./model-server";
import type { IModelStorage } from "./model-storage";
import type { IMetricsStore } from "./monitoring";
import type { INodePool } from "./node-pool";
import type { IPodGroups } from "./pod-groups";
import type { IPretrainedModel } from "./pretrained-model";
import type { INodeProvisioner } from "./provisioning";
import type { IQueue } from "./queue";
import type { ISecretStore } from "./secret-store";
import type { ISignIn } from "./sign-in";
import type { ITaskCluster } from "./task-cluster";
import type { IMessageBroker, ITopic } from "./topic";
import type { ITransformCollection } from "./transform-collection";
import type { ITrialJob } from "./trial-job";
import type { IVectorIndex } from "./vector-index";
import type { IVectorStore } from "./vector-store";

/**
 * Every role with its interface. Your own component adds a role with `declare module`.
 */
export interface Roles {
  nodePool: INodePool;
  nodeProvisioner: INodeProvisioner;
  /** Makes the GPUs of nodes usable. */
  gpuPlatform: IGpuPlatform;
  beamRunner: IBeamRunner;
  /** Runs Python functions of its clients. */
  taskCluster: ITaskCluster;
  /** Admits jobs while quota is free. */
  queue: IQueue;
  vectorStore: IVectorStore;
  vectorIndex: IVectorIndex;
  bucket: IBucket;
  /** Keeps models with the runs that made them. */
  modelRegistry: IModelRegistry;
  /** Folders of buckets for models. */
  modelStorage: IModelStorage;
  /** Models that others trained, fetched once. */
  pretrainedModel: IPretrainedModel;
  /** Keeps features for training and serving. */
  featureStore: IFeatureStore;
  /** Makes buckets in the cluster. */
  objectStore: IObjectStore;
  database: IDatabase;
  /** Makes databases in the cluster. */
  databaseServer: IDatabaseServer;
  /** Creates Secrets from values outside of the cluster. */
  secretStore: ISecretStore;
  topic: ITopic;
  /** Python classes of pipelines with everything that they need. */
  transformCollection: ITransformCollection;
  /** Makes topics in the cluster. */
  messageBroker: IMessageBroker;
  /** Jobs that a search runs once for each trial. */
  trialJob: ITrialJob;
  /** Runs groups of jobs that start, fail and end together. */
  jobGroups: IDependable;
  /** Runs groups of pods, such as one server on several nodes. */
  podGroups: IPodGroups;
  /** Signs people in before they see a UI. */
  signIn: ISignIn;
  /** Routes of the gateway: its kinds are there. */
  webRoutes: IDependable;
  /** Serves a predictive model. */
  modelServer: IModelServer;
  /** Serves a language model by OpenAI's API. */
  languageModel: ILanguageModel;
  /** Issues certificates for webhooks. */
  certificateIssuer: IDependable;
  /** Monitors every construct that implements `IMonitored`. */
  monitoring: IMetricsStore;
  /** Scales pods and starts jobs by events. */
  eventScaler: IEventScaler;
}

/** Name of a role. */
export type Role = keyof Roles;
