/** A database of a cluster, with the user that owns it. */

import { ApiObject } from "cdk8s";
import { Construct, DependencyGroup, type IConstruct, type IDependable } from "constructs";
import { secretRef } from "#lib/core/secret-ref";
import type {
  DatabaseAccess,
  DatabaseAsk,
  DatabaseFlow,
  DatabaseLocation,
  DatabaseOwner,
  DatabaseTls,
  IDatabase,
} from "#lib/kube/database";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { clientProblems, extensionProblems } from "./checks";
import { appSecret, POSTGRES_PORT } from "./labels";
import { cloudnativePgPin } from "./pin";

/** A user of its own. */
export type OwnUser = Exclude<DatabaseOwner, { type: "server" }>;

/** The cluster of a database. */
export interface PostgresServer extends IConstruct {
  readonly name: string;
  readonly namespace: string;
  /** Host name of the primary. */
  readonly host: string;
  readonly flows: readonly DatabaseFlow[];
  /** Are there backups? */
  readonly backsUp: boolean;
  /** Is the image ours, whose extensions are known? */
  readonly hasKnownImage: boolean;
  /** The role that owns a database; databases of one user share it. */
  role(owner: DatabaseOwner): IDependable;
  /** Name of the Secret with a user of its own in a namespace, and what creates it. */
  passwordOf(user: OwnUser, namespace: string): { readonly name: string; readonly after: readonly IDependable[] };
  /** How clients in a namespace check the server. */
  tlsIn(namespace: string): DatabaseTls;
  /** Takes one backup of the cluster. */
  addBackup(scope: Construct, name: string): IDependable;
}

/** Props of a {@link PostgresDatabase}. */
export interface PostgresDatabaseProps {
  readonly ask: DatabaseAsk;
  readonly server: PostgresServer;
}

/** A database. It stays on the server when its object is deleted, and is taken over by an object of the same name. */
export class PostgresDatabase extends Construct implements IDatabase {
  public readonly name: string;
  public readonly location: DatabaseLocation;
  public readonly flows: readonly DatabaseFlow[];
  public readonly extensions: readonly string[];
  public readonly addBackup?: (scope: Construct, name: string) => IDependable;
  private readonly resource: ApiObject;
  private readonly clients = new Map<string, DatabaseAccess>();

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresDatabaseProps,
  ) {
    super(scope, id);
    const { ask, server } = props;
    const { name, database, owner, extensions = [] } = ask;
    setOwner(this, cloudnativePgPin.name);
    if (server.hasKnownImage) addProblems(this, extensionProblems(extensions, ownerOf(this).source));
    this.name = name;
    this.location = { engine: "postgres", host: server.host, port: POSTGRES_PORT, database };
    this.flows = server.flows;
    this.extensions = extensions;
    if (server.backsUp) this.addBackup = (below, backup) => server.addBackup(below, backup);
    this.resource = new ApiObject(this, "Resource", {
      apiVersion: "postgresql.cnpg.io/v1",
      kind: "Database",
      metadata: { name: `${server.name}-${name}`, namespace: server.namespace },
      spec: {
        cluster: { name: server.name },
        name: database,
        owner: owner.type === "server" ? "app" : owner.username,
        ensure: "present",
        databaseReclaimPolicy: "retain",
        ...(extensions.length > 0 && { extensions: extensions.map((extension) => ({ name: extension, ensure: "present" })) }),
      },
    });
    this.resource.node.addDependency(server, server.role(owner));
  }

  public enter(namespace: string): DatabaseAccess {
    const known = this.clients.get(namespace);
    if (known) return known;
    const { ask, server } = this.props;
    addProblems(this, clientProblems(ask, { server: server.namespace, client: namespace, path: ownerOf(this).source }));
    const { owner } = ask;
    const secret = owner.type === "server" ? { name: appSecret(server.name), after: [] } : server.passwordOf(owner, namespace);
    const dependency = new DependencyGroup(this.resource, ...secret.after);
    const made = {
      username: secretRef(secret.name, "username"),
      password: secretRef(secret.name, "password"),
      tls: server.tlsIn(namespace),
      dependency,
    };
    this.clients.set(namespace, made);
    return made;
  }
}
