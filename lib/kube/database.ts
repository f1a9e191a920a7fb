/** Roles of relational databases: a database, and a server in the cluster that makes databases. No product is named here. */

import type { Construct, IConstruct, IDependable } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { FlowProps } from "./network";
import type { StoredSecret } from "./secret-store";

/** What clients of a database speak. */
type DatabaseEngine = "postgres" | "mysql";

/** Where a database is. */
export interface DatabaseLocation {
  readonly engine: DatabaseEngine;
  /** Host name, which resolves in every namespace. */
  readonly host: string;
  readonly port: number;
  /** Name of the database on its server. */
  readonly database: string;
}

/** How connections are encrypted, in the words of libpq's `sslmode`. */
export type DatabaseTls =
  | { readonly mode: "disable" }
  /** Encrypted, but the server's certificate is not checked. */
  | { readonly mode: "require" }
  /** Encrypted; certificate and host name are checked. */
  | {
      readonly mode: "verify-full";
      /** CA that signed the server's certificate, as PEM in a Secret of the clients' namespace. @default the CAs of the client's system */
      readonly ca?: SecretRef;
    };

/** What clients in one namespace need. */
export interface DatabaseAccess {
  /** Name of the user, in a Secret of the clients' namespace. */
  readonly username: SecretRef;
  /** Password of the user, in a Secret of the clients' namespace. */
  readonly password: SecretRef;
  readonly tls: DatabaseTls;
  /** Clients depend on it: the database, and Secrets that an operator creates in their namespace. */
  readonly dependency: IDependable;
}

/** One network flow from clients to a database, without its clients. */
export interface DatabaseFlow extends Pick<FlowProps, "to" | "ports"> {
  /** Part of the policy's name. */
  readonly name: string;
}

/** A database with a user that owns it. */
export interface IDatabase extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly location: DatabaseLocation;
  readonly flows: readonly DatabaseFlow[];
  /** Extensions that exist in it. */
  readonly extensions: readonly string[];
  /** Opens the database to pods of a namespace; the same namespace twice is the same access. */
  enter(namespace: string): DatabaseAccess;
  /**
   * Takes a backup of the server once, such as before a migration: what depends on the result waits for it. `name` tells backups apart, and a
   * later run with the same name takes none.
   *
   * @default the server takes no backups
   */
  addBackup?(scope: Construct, name: string): IDependable;
}

/** The user that owns a database. */
export type DatabaseOwner =
  /** The user that the server's operator creates, with a Secret in the server's namespace. */
  | { readonly type: "server" }
  /** A user of its own, whose name and password are the keys `username` and `password` of a Secret in the server's namespace and those listed. */
  | { readonly type: "secret"; readonly username: string; readonly secret: string; readonly namespaces: readonly string[] }
  /** A user of its own, whose password a store of secrets has. */
  | { readonly type: "store"; readonly username: string; readonly password: StoredSecret };

/** What a server is asked for. */
export interface DatabaseAsk {
  /** Name in the environment. */
  readonly name: string;
  /** Name on the server. */
  readonly database: string;
  readonly owner: DatabaseOwner;
  /** Extensions to create in it. @default none */
  readonly extensions?: readonly string[];
}

/** A server that makes databases, by its name in the environment. */
export interface IDatabaseServer extends IConstruct {
  readonly name: string;
  /** Creates a database below `scope`. */
  addDatabase(scope: Construct, ask: DatabaseAsk): IDatabase;
}
