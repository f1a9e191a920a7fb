/** A database outside of the cluster: PostgreSQL or MySQL, by reference. */

import { Construct } from "constructs";
import { secretRef } from "#lib/core/secret-ref";
import type { DatabaseAccess, DatabaseFlow, DatabaseLocation, IDatabase } from "#lib/kube/database";
import { endOfHost } from "#lib/kube/network";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { storedValue } from "#lib/kube/secret-store";
import { clientProblems, existingProblems } from "./checks";
import { databasesPin } from "./pin";
import { type ExistingDatabaseProps, type ExistingDatabaseSettings, existingDatabaseSchema } from "./schema";

const PORTS = { postgres: 5432, mysql: 3306 } as const;

/** Name of a database in the environment. */
export interface DatabasePlace {
  readonly name: string;
}

/** A database outside of the cluster. It creates no objects: they belong to its clients. */
export class ExistingDatabase extends Construct implements IDatabase {
  public readonly name: string;
  public readonly location: DatabaseLocation;
  public readonly flows: readonly DatabaseFlow[];
  public readonly extensions: readonly string[];
  private readonly settings: ExistingDatabaseSettings;
  private readonly clients = new Map<string, DatabaseAccess>();

  public constructor(scope: Construct, id: string, props: ExistingDatabaseProps & DatabasePlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, databasesPin.name);
    const settings = settingsOf(this, existingDatabaseSchema, own, { checks: existingProblems });
    const { engine, host, port = PORTS[engine], database = databaseName(name), extensions } = settings;
    this.name = name;
    this.settings = settings;
    this.location = { engine, host, port, database };
    this.flows = [{ name: "server", to: endOfHost(host), ports: [{ port }] }];
    this.extensions = extensions;
  }

  /** Does anything use the database? */
  public get used(): boolean {
    return this.clients.size > 0;
  }

  public enter(namespace: string): DatabaseAccess {
    const known = this.clients.get(namespace);
    if (known) return known;
    addProblems(this, clientProblems(this.settings, namespace, `${ownerOf(this).source}.namespaces`));
    const made = this.accessOf(namespace);
    this.clients.set(namespace, made);
    return made;
  }

  private accessOf(namespace: string): DatabaseAccess {
    const { user, tls } = this.settings;
    if (user.type === "secret") return { username: user.username, password: user.password, tls: tlsOf(tls), dependency: this };
    const name = `database-${this.name}`;
    const values = { password: storedValue(user.password) };
    return {
      username: secretRef(name, "username"),
      password: secretRef(name, "password"),
      tls: tlsOf(tls),
      dependency: user.password.store.provide({ name, namespace, values, plain: { username: user.username } }),
    };
  }
}

function tlsOf(tls: ExistingDatabaseSettings["tls"]): DatabaseAccess["tls"] {
  return tls.mode === "verify-full" ? { mode: tls.mode, ...(tls.ca && { ca: tls.ca }) } : tls;
}

/** Hyphens need quotes in SQL. */
export function databaseName(name: string): string {
  return name.replaceAll("-", "_");
}
