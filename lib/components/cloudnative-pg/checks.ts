/** Rules on CloudNativePG's props that a schema cannot express, each with its upstream rule. */

import { parseImage } from "#lib/core/image-ref";
import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import type { IBucket } from "#lib/kube/bucket";
import type { DatabaseAsk, DatabaseOwner } from "#lib/kube/database";
import { nameProblems } from "#lib/kube/name-problems";
import { placementProblems } from "#lib/kube/placement";
import { EXTENSIONS, isManagedParameter } from "./postgres-facts";
import type { PostgresClusterSettings } from "./schema";

/** What a cluster's rules look at besides its settings. */
export interface ClusterContext {
  readonly name: string;
  /** Is the plugin for backups there? */
  readonly backsUp: boolean;
  /** Path of the cluster in the file. */
  readonly path: string;
}

/** Problems of a cluster. */
export function clusterProblems(settings: PostgresClusterSettings, context: ClusterContext): Problem[] {
  const { cpu, memory, pool } = settings;
  const { path } = context;
  return [
    // Source: CloudNativePG 1.30.0, cluster_webhook.go, validateName.
    ...nameProblems(context.name, { thing: "cluster", most: 50 }, { id: "cloudnative-pg.cluster-name", path }),
    ...standbyProblems(settings, path),
    ...parameterProblems(settings, path),
    ...imageProblems(settings, path),
    ...backupProblems(settings, context),
    ...restoreProblems(settings, context),
    ...placementProblems({ cpu, memory }, pool, { id: "cloudnative-pg.fits-no-machine", path }),
  ];
}

/** In the host's network, the operator's plugin and metrics would be open to every pod. */
export function webhookOnHost(path: string): Problem {
  return {
    id: "cloudnative-pg.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "webhooks in the pod network: the operator reaches its plugin and its instances from there only",
    fix: "use existing with an operator that you have configured for it, or give the API server access to pods",
  };
}

/** Writes would wait for standbys that cannot exist. Source: cluster_webhook.go, validateSynchronousReplicaConfiguration. */
function standbyProblems({ instances, synchronousStandbys = 0 }: PostgresClusterSettings, path: string): Problem[] {
  if (synchronousStandbys < instances) return [];
  return [
    {
      id: "cloudnative-pg.too-few-instances",
      path: `${path}.instances`,
      got: `${instances} instances for ${synchronousStandbys} synchronous standbys`,
      allowed: `at least ${synchronousStandbys + 1}: the primary and its standbys; one more keeps writes going when a standby fails`,
      fix: "raise instances, or lower synchronousStandbys",
    },
  ];
}

function parameterProblems({ parameters }: PostgresClusterSettings, path: string): Problem[] {
  return Object.keys(parameters)
    .filter(isManagedParameter)
    .map((name) => ({
      id: "cloudnative-pg.managed-parameter",
      path: `${path}.parameters.${name}`,
      got: name,
      allowed: "parameters that the operator does not set itself",
      fix: "remove it",
    }));
}

/** The operator reads the version of PostgreSQL from the tag. Source: cluster_webhook.go, validateImageName. */
function imageProblems({ image }: PostgresClusterSettings, path: string): Problem[] {
  const tag = image === undefined ? undefined : parseImage(image)?.tag;
  if (image === undefined || (tag !== undefined && /^1[4-9](?:\D|$)/.test(tag))) return [];
  return [
    {
      id: "cloudnative-pg.image-version",
      path: `${path}.image`,
      got: image,
      allowed: "a tag that begins with the version of PostgreSQL, 14 to 19",
      fix: "tag the image like 18.4-team",
    },
  ];
}

function backupProblems({ backup, namespace }: PostgresClusterSettings, { backsUp, path }: ClusterContext): Problem[] {
  if (!backup) return [];
  const { retention, bucket } = backup;
  return [
    ...(backsUp ? [] : [withoutPlugin(`${path}.backup`)]),
    ...bucketProblems(bucket, namespace, `${path}.backup.bucket`),
    ...(retention.seconds % 86_400 === 0
      ? []
      : [
          {
            id: "cloudnative-pg.retention-days",
            path: `${path}.backup.retention`,
            got: show(retention),
            allowed: "whole days",
            fix: "use Duration.days(30)",
          },
        ]),
  ];
}

/** The plugin and the operator talk over TLS, with certificates of cert-manager. */
function withoutPlugin(path: string): Problem {
  return {
    id: "cloudnative-pg.backup-without-cert-manager",
    path,
    got: "backups in an environment without cert-manager",
    allowed: "backups with cert-manager, which issues the certificates of the Barman Cloud plugin",
    fix: "add certManager: {} to the environment",
  };
}

/** Barman Cloud writes with an access key or an identity; an account key of Azure would need the account's name in a Secret, too. */
function bucketProblems(bucket: IBucket, namespace: string, path: string): Problem[] {
  const { credentials } = bucket.enter(namespace);
  if (credentials.type === "access-key" || credentials.type === "identity") return [];
  return [
    {
      id: "cloudnative-pg.backup-bucket",
      path,
      got: `the bucket ${bucket.name} with credentials of type ${credentials.type}`,
      allowed: "a bucket with an access key or a cloud identity",
      fix: "use another bucket, or give this one an identity",
    },
  ];
}

/** The archive of a new cluster must be empty, else its first backup fails. Source: plugin-barman-cloud, "Expected empty archive". */
function restoreProblems(settings: PostgresClusterSettings, { name, backsUp, path }: ClusterContext): Problem[] {
  const { backup, restore, namespace } = settings;
  if (!restore) return [];
  const same = backup && backup.bucket === restore.bucket && backup.path === restore.path && restore.cluster === name;
  return [
    ...(backsUp ? [] : [withoutPlugin(`${path}.restore`)]),
    ...bucketProblems(restore.bucket, namespace, `${path}.restore.bucket`),
    ...(same
      ? [
          {
            id: "cloudnative-pg.restore-onto-own-backups",
            path: `${path}.backup.path`,
            got: `backups of the restored cluster in the folder that it is restored from: ${restore.path}/${name}`,
            allowed: "another folder, bucket or name than that of the origin",
            fix: `give the cluster a new name such as ${name}-2 and restore.cluster: ${show(name)}, or set backup.path to a new folder`,
          },
        ]
      : []),
  ];
}

/** Production must survive the loss of a volume. */
export function productionProblems({ backup }: PostgresClusterSettings, path: string): Problem[] {
  if (backup) return [];
  return [
    {
      id: "cloudnative-pg.no-backup-in-production",
      path: `${path}.backup`,
      got: "a cluster without backups in production",
      allowed: "backups to a bucket: a deleted table is deleted on every standby",
      fix: "set backup: { bucket: <name of a bucket> }",
    },
  ];
}

/** What a database's rules look at besides what is asked for. */
interface UserContext {
  /** Databases of the server so far. */
  readonly taken: ReadonlySet<string>;
  /** The owner of this name so far. */
  readonly other: DatabaseOwner | undefined;
  readonly path: string;
}

/** Problems of a database and its user. */
export function userProblems({ database, owner }: DatabaseAsk, { taken, other, path }: UserContext): Problem[] {
  const user = owner.type === "server" ? undefined : owner.username;
  return [
    ...(taken.has(database) ? [twice(`the database ${database}`, `${path}.database`)] : []),
    ...(user !== undefined && other && !isSame(owner, other) ? [twice(`the user ${user} with two passwords`, `${path}.owner`)] : []),
    ...(["postgres", "template0", "template1"].includes(database) ? [reserved(database, `${path}.database`)] : []),
    ...(user !== undefined && /^(?:postgres|app|streaming_replica|pg_.*|cnpg_.*)$/.test(user)
      ? [reserved(user, `${path}.owner.username`)]
      : []),
  ];
}

function isSame(a: DatabaseOwner, b: DatabaseOwner): boolean {
  if (a.type === "secret" && b.type === "secret") return a.secret === b.secret;
  return (
    a.type === "store" &&
    b.type === "store" &&
    a.password.store === b.password.store &&
    a.password.key === b.password.key &&
    a.password.property === b.password.property
  );
}

function twice(what: string, path: string): Problem {
  return { id: "cloudnative-pg.name-twice", path, got: `${what} on one server`, allowed: "one of each name", fix: "use another name" };
}

/** Source: CRD DatabaseRole, validation rules; PostgreSQL's own databases. */
function reserved(name: string, path: string): Problem {
  return {
    id: "cloudnative-pg.reserved-name",
    path,
    got: name,
    allowed: "names that neither PostgreSQL nor the operator uses",
    fix: "use another name",
  };
}

/** Extensions that the image does not have. */
export function extensionProblems(extensions: readonly string[], path: string): Problem[] {
  return extensions
    .filter((name) => !EXTENSIONS.has(name))
    .map((name) => ({
      id: "cloudnative-pg.extension-missing",
      path: `${path}.extensions`,
      got: name,
      allowed: "extensions of the image: those that come with PostgreSQL, vector and pgaudit",
      fix: "remove it, or set image of the cluster to one that has it",
    }));
}

/** Who uses a database, and where its server is. */
interface ClientContext {
  readonly server: string;
  readonly client: string;
  readonly path: string;
}

/** Pods can refer to Secrets of their own namespace only. */
export function clientProblems({ owner }: DatabaseAsk, { server, client, path }: ClientContext): Problem[] {
  if (client === server || owner.type === "store") return [];
  if (owner.type === "secret" && owner.namespaces.includes(client)) return [];
  return [
    {
      id: "cloudnative-pg.client-elsewhere",
      path: `${path}.owner`,
      got: `pods in namespace ${client} use the database, whose Secret is in ${server}`,
      allowed: "clients in namespaces that have the Secret",
      fix:
        owner.type === "secret"
          ? `create the Secret ${owner.secret} in ${client} and add it to owner.namespaces`
          : `use owner: { type: "store" } or { type: "secret" }, or put the cluster into ${client}`,
    },
  ];
}
