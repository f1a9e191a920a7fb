/** Roles: interfaces between components. A component knows roles, never another component. */

import type { IConstruct, IDependable } from "constructs";
import type { IBeamRunner } from "./beam-runner";
import type { IBucket, IObjectStore } from "./bucket";
import type { IDatabase, IDatabaseServer } from "./database";
import type { INodePool } from "./node-pool";
import type { INodeProvisioner } from "./provisioning";
import type { IQueue } from "./queue";
import type { ISecretStore } from "./secret-store";
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
  bucket: IBucket;
  /** Makes buckets in the cluster. */
  objectStore: IObjectStore;
  database: IDatabase;
  /** Makes databases in the cluster. */
  databaseServer: IDatabaseServer;
  /** Creates Secrets from values outside of the cluster. */
  secretStore: ISecretStore;
  /** Issues certificates for webhooks. */
  certificateIssuer: IDependable;
  /** Monitors every construct that implements `IMonitored`. */
  monitoring: IConstruct;
}

/** Name of a role. */
export type Role = keyof Roles;
