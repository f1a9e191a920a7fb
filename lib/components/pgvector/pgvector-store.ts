/** A database as a vector store. */

import { Construct } from "constructs";
import { databaseTrust, libpqEnvironment } from "#lib/kube/database-clients";
import type { IndexPlan, IndexShape } from "#lib/kube/index-plan";
import type { FlowEnd, FlowPort } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { IVectorStore, StoreAuth, StoreEndpoint } from "#lib/kube/vector-store";
import { storeProblems } from "./checks";
import { pgvectorPin } from "./pin";
import { type PgvectorStoreProps, type PgvectorStoreSettings, pgvectorStoreSchema } from "./schema";
import { indexStatements, MAX_DIMENSIONS } from "./statements";

/** Name of a store. */
export interface PgvectorStorePlace {
  readonly name: string;
}

/** A database as a vector store. It creates no objects: indexes are tables, and their Jobs belong to them. */
export class PgvectorStore extends Construct implements IVectorStore {
  public readonly name: string;
  public readonly namespace: string;
  public readonly endpoints: readonly StoreEndpoint[];
  public readonly auth: StoreAuth;
  public readonly pods: FlowEnd;
  public readonly ports: readonly FlowPort[];
  /** Writers need no quotes in SQL. */
  public readonly separator = "_";
  private readonly settings: PgvectorStoreSettings;

  public constructor(scope: Construct, id: string, props: PgvectorStoreProps & PgvectorStorePlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, pgvectorPin.name);
    const settings = settingsOf(this, pgvectorStoreSchema, own, { checks: storeProblems });
    const { database, namespace } = settings;
    const { username, password, dependency } = database.enter(namespace);
    this.name = name;
    this.namespace = namespace;
    this.settings = settings;
    this.endpoints = [endpointOf(settings)];
    this.auth = { type: "basic", user: username, password };
    const [only, ...others] = database.flows.map(({ to }) => to);
    // Policies at both ends know single ends only.
    this.pods = only && others.length === 0 ? only : { type: "several", ends: database.flows.map(({ to }) => to) };
    this.ports = database.flows.flatMap(({ ports }) => ports);
    this.node.addDependency(dependency);
  }

  public indexPlan(shape: IndexShape): IndexPlan {
    const { database, namespace, type } = this.settings;
    const access = database.enter(namespace);
    const trust = databaseTrust(access);
    return {
      type: "sql",
      statements: indexStatements(shape, this.settings),
      environment: libpqEnvironment(database.location, access, trust?.file),
      ...(trust && { trust }),
      maxDimensions: MAX_DIMENSIONS[type],
      // A table is on one server, and its copies are the server's.
      maxShards: 1,
      maxCopies: 1,
    };
  }
}

/** Pipelines name the Service where it is in the namespace of the store. */
function endpointOf({ database, namespace }: PgvectorStoreSettings): StoreEndpoint {
  const { host, port, database: name } = database.location;
  const [service = "", at] = host.split(".");
  return { protocol: "postgres", url: `postgresql://${host}:${port}/${name}`, ...(at === namespace && { service }) };
}
