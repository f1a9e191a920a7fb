/** A cluster of PostgreSQL on CloudNativePG: a server that makes databases. */

import { ApiObject } from "cdk8s";
import { Construct, type IDependable } from "constructs";
import { secretRef } from "#lib/core/secret-ref";
import { bucketAnnotations, bucketFlows } from "#lib/kube/bucket-clients";
import type { DatabaseAsk, DatabaseFlow, DatabaseOwner, DatabaseTls, IDatabase, IDatabaseServer } from "#lib/kube/database";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, type FlowProps, type PodsEnd, pods } from "#lib/kube/network";
import { ownerOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { storedValue } from "#lib/kube/secret-store";
import { clusterAlerts } from "./alerts";
import { objectStoreSpec, originOf, scheduledBackupSpec } from "./backup";
import { clusterProblems, userProblems } from "./checks";
import { CLUSTER_LABEL, caSecret, clusterLabels, METRICS_PORT, PLUGIN, POSTGRES_PORT, STATUS_PORT } from "./labels";
import { cloudnativePgPin } from "./pin";
import { type OwnUser, PostgresDatabase, type PostgresServer } from "./postgres-database";
import { type BackupPlace, type PostgresClusterProps, type PostgresClusterSettings, postgresClusterSchema } from "./schema";
import { clusterSpec } from "./spec";

const API_VERSION = "postgresql.cnpg.io/v1";
const DAY = 86_400;

/** Name of a cluster and its operator. */
export interface PostgresClusterPlace {
  readonly name: string;
  /** The operator, which needs a network flow to the instances. */
  readonly operator: { readonly pods: PodsEnd; readonly backsUp: boolean };
}

/** A role of the cluster, which owns databases. */
interface OwnRole {
  readonly owner: DatabaseOwner;
  readonly resource: IDependable;
}

/** A cluster of PostgreSQL. */
export class PostgresCluster extends Construct implements IDatabaseServer, PostgresServer, IMonitored {
  public readonly name: string;
  public readonly namespace: string;
  public readonly host: string;
  public readonly flows: readonly DatabaseFlow[];
  public readonly monitoring: Monitoring;
  public readonly backsUp: boolean;
  public readonly hasKnownImage: boolean;
  private readonly settings: PostgresClusterSettings;
  private readonly cluster: ApiObject;
  private readonly databases = new Set<string>();
  private readonly roles = new Map<string, OwnRole>();

  public constructor(scope: Construct, id: string, props: PostgresClusterProps & PostgresClusterPlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, cloudnativePgPin.name);
    const settings = settingsOf(this, postgresClusterSchema, own, {
      checks: (each, path) => clusterProblems(each, { name, backsUp: operator.backsUp, path }),
    });
    const { namespace, backup, pool } = settings;
    const instances = pods(namespace, clusterLabels(name));
    this.name = name;
    this.namespace = namespace;
    this.settings = settings;
    this.host = `${name}-rw.${namespace}.svc`;
    this.backsUp = backup !== undefined;
    this.hasKnownImage = settings.image === undefined;
    this.flows = [{ name: "server", to: instances, ports: [{ port: POSTGRES_PORT }] }];
    this.monitoring = { targets: [monitored(name, instances)], alerts: [clusterAlerts(name, settings)] };
    this.cluster = this.addCluster();
    if (backup) this.addSchedule(backup.schedule, this.cluster);
    // Node pools are destroyed after their workloads.
    if (pool) this.node.addDependency(pool);
    allow(this, this.ownFlows(instances, operator.pods));
  }

  public addDatabase(scope: Construct, ask: DatabaseAsk): IDatabase {
    const path = ownerOf(scope).source;
    addProblems(scope, userProblems(ask, { taken: this.databases, other: this.roles.get(nameOf(ask.owner))?.owner, path }));
    this.databases.add(ask.database);
    return new PostgresDatabase(scope, "Database", { ask, server: this });
  }

  public role(owner: DatabaseOwner): IDependable {
    if (owner.type === "server") return this;
    const { username } = owner;
    const known = this.roles.get(username);
    if (known) return known.resource;
    const secret = this.passwordOf(owner, this.namespace);
    const resource = this.add(`Role-${username}`, "DatabaseRole", objectName(this.name, username), {
      cluster: { name: this.name },
      name: username,
      login: true,
      passwordSecret: { name: secret.name },
      databaseRoleReclaimPolicy: "retain",
    });
    // Not this construct, whose other roles would depend on each other.
    resource.node.addDependency(this.cluster, ...secret.after);
    this.roles.set(username, { owner, resource });
    return resource;
  }

  public passwordOf(owner: OwnUser, namespace: string) {
    if (owner.type === "secret") return { name: owner.secret, after: [] };
    const { username, password } = owner;
    const name = `database-${objectName(this.name, username)}`;
    const ask = {
      name,
      namespace,
      values: { password: storedValue(password) },
      plain: { username },
      type: "kubernetes.io/basic-auth",
    } as const;
    // Instances read a Secret with this label again when it changes. Source: docs/src/labels_annotations.md.
    return { name, after: [password.store.provide({ ...ask, labels: { "cnpg.io/reload": "true" } })] };
  }

  /** The CA is in the cluster's namespace only. */
  public tlsIn(namespace: string): DatabaseTls {
    return namespace === this.namespace ? { mode: "verify-full", ca: secretRef(caSecret(this.name), "ca.crt") } : { mode: "require" };
  }

  public addBackup(scope: Construct, name: string): IDependable {
    const spec = { cluster: { name: this.name }, method: "plugin", pluginConfiguration: { name: PLUGIN } };
    const metadata = { name: `${this.name}-${name}`, namespace: this.namespace };
    const backup = new ApiObject(scope, `Backup-${name}`, { apiVersion: API_VERSION, kind: "Backup", metadata, spec });
    backup.node.addDependency(this);
    return backup;
  }

  private addCluster(): ApiObject {
    const { name, settings } = this;
    const { backup, restore, image = cloudnativePgPin.images.postgres } = settings;
    const places = [backup, restore].flatMap((place) => (place ? [place.bucket.enter(settings.namespace)] : []));
    const spec = clusterSpec(settings, {
      name,
      image: imageFor(this, image),
      priorityClassName: priorityOf(this),
      pullSecrets: pullSecretsOf(this),
      annotations: Object.assign({}, ...places.map(bucketAnnotations)),
    });
    const cluster = this.add("Resource", "Cluster", name, spec);
    if (backup) cluster.node.addDependency(this.addObjectStore("Backups", name, backup, backup.retention.seconds / DAY));
    if (restore) cluster.node.addDependency(this.addObjectStore("Origin", originOf(name), restore));
    return cluster;
  }

  private addObjectStore(id: string, name: string, place: BackupPlace, retentionDays?: number): ApiObject {
    const access = place.bucket.enter(this.namespace);
    const store = new ApiObject(this, id, {
      apiVersion: "barmancloud.cnpg.io/v1",
      kind: "ObjectStore",
      metadata: { name, namespace: this.namespace },
      spec: objectStoreSpec(place, access, retentionDays),
    });
    store.node.addDependency(access.dependency);
    return store;
  }

  private addSchedule(schedule: string, cluster: ApiObject): void {
    this.add("Schedule", "ScheduledBackup", this.name, scheduledBackupSpec(this.name, schedule)).node.addDependency(cluster);
  }

  private add(id: string, kind: string, name: string, spec: object): ApiObject {
    return new ApiObject(this, id, { apiVersion: API_VERSION, kind, metadata: { name, namespace: this.namespace }, spec });
  }

  private ownFlows(instances: PodsEnd, operator: PodsEnd): FlowProps[] {
    const { name, settings } = this;
    const buckets = new Map([settings.backup, settings.restore].flatMap((place) => (place ? [[place.bucket.name, place.bucket]] : [])));
    const who = `postgres.${name}`;
    const ports = [{ port: POSTGRES_PORT }, { port: STATUS_PORT }];
    return [
      // Instance managers watch their Cluster, and elect the primary.
      apiServerFlow(who, instances),
      { name: who, from: instances, to: instances, ports },
      { name: `cloudnative-pg-to-${name}`, from: operator, to: instances, ports },
      ...[...buckets.values()].flatMap((bucket) => bucketFlows(bucket, who, instances)),
    ];
  }
}

function nameOf(owner: DatabaseOwner): string {
  return owner.type === "server" ? "app" : owner.username;
}

function objectName(cluster: string, sqlName: string): string {
  return `${cluster}-${sqlName.replaceAll("_", "-")}`;
}

/** Series have the name of the cluster. */
function monitored(name: string, instances: PodsEnd) {
  const target = { name: `postgres-${instances.namespace}.${name}`, pods: instances, port: METRICS_PORT, encrypted: true };
  return { ...target, podLabels: [CLUSTER_LABEL] };
}
