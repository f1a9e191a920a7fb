/** Roles: interfaces between components. A component knows roles, never another component. */

import type { IConstruct, IDependable } from "constructs";
import type { IBeamRunner } from "./beam-runner";
import type { IBucket, IObjectStore } from "./bucket";
import type { INodePool } from "./node-pool";
import type { INodeProvisioner } from "./provisioning";
import type { IQueue } from "./queue";
import type { IMessageBroker, ITopic } from "./topic";
import type { IVectorIndex } from "./vector-index";
import type { IVectorStore } from "./vector-store";

/**
 * Every role with its interface. Your own component adds a role with `declare module`.
 */
export interface Roles {
  nodePool: INodePool;
  nodeProvisioner: INodeProvisioner;
  beamRunner: IBeamRunner;
  /** Admits jobs while quota is free. */
  queue: IQueue;
  vectorStore: IVectorStore;
  vectorIndex: IVectorIndex;
  bucket: IBucket;
  /** Makes buckets in the cluster. */
  objectStore: IObjectStore;
  topic: ITopic;
  /** Makes topics in the cluster. */
  messageBroker: IMessageBroker;
  /** Issues certificates for webhooks. */
  certificateIssuer: IDependable;
  /** Monitors every construct that implements `IMonitored`. */
  monitoring: IConstruct;
}

/** Name of a role. */
export type Role = keyof Roles;
