/** Containers of MLflow: the server with its metrics, and the migration of its databases. */

import { Duration as CdkDuration, Size as CdkSize } from "cdk8s";
import { EmptyDirMedium, Probe, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct, IDependable } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { bucketTrust } from "#lib/kube/bucket-clients";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import { databaseTrust, libpqEnvironment } from "#lib/kube/database-clients";
import type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
import { provideSecret } from "#lib/kube/secret-store";
import {
  allowedHosts,
  artifactEnvironment,
  artifactUri,
  authEnvironment,
  BACKEND,
  CONFIG_FOLDER,
  type Environment,
  METRICS_FOLDER,
  METRICS_PORT,
  PORT,
} from "./environment";
import { mlflowPin } from "./pin";
import type { BasicAuthentication, MlflowServerSettings } from "./schema";
import { MIGRATE_USERS, SERVE_METRICS, WRITE_AUTH_CONFIG } from "./scripts";

/** Settings of a server with its name. */
export type NamedServer = MlflowServerSettings & { readonly name: string };

const image = mlflowPin.images.server;
const SMALL = { requests: { cpu: 0.05, memory: Size.mebibytes(256) } };

/** Containers, and what must be there before they start. */
export interface Containers {
  readonly containers: readonly HardenedContainer[];
  readonly initContainers: readonly HardenedInitContainer[];
  readonly dependencies: readonly IDependable[];
}

/** Containers of the server's pods; `scope` owns their volumes. */
export function serverContainers(scope: Construct, server: NamedServer): Containers {
  const { name, namespace, artifacts, workers, cpu, scratch } = server;
  const access = artifacts.enter(namespace);
  const trust = bucketTrust(access);
  const runs = runsOf(scope, server);
  const users = usersOf(scope, server);
  const metrics = { path: METRICS_FOLDER, volume: emptyDir(scope, "metrics", Size.mebibytes(256)) };
  const memory = server.memory ?? Size.mebibytes(512 + 384 * workers);
  const main: HardenedContainer = {
    image,
    command: ["mlflow", "server"],
    args: [
      "--host=0.0.0.0",
      `--port=${PORT}`,
      `--workers=${workers}`,
      `--artifacts-destination=${artifactUri(artifacts.location, `mlflow/${name}`)}`,
      `--allowed-hosts=${allowedHosts(server)}`,
      `--expose-prometheus=${METRICS_FOLDER}`,
      ...(users ? ["--app-name=basic-auth"] : []),
    ],
    env: { ...runs.env, ...artifactEnvironment(artifacts.location, access, trust?.file), ...users?.server, ...QUIET },
    ports: { http: PORT },
    requests: { cpu, memory },
    limits: { memory },
    scratch: { "/tmp": scratch },
    mounts: [metrics, ...runs.mounts, ...caVolumeMounts(scope, trust), ...(users?.mounts ?? [])],
    readiness: Probe.fromHttpGet("/health", { port: PORT }),
    liveness: Probe.fromHttpGet("/health", { port: PORT, failureThreshold: 6, timeoutSeconds: CdkDuration.seconds(5) }),
    // The imports of Python alone take ten seconds on a busy node.
    startup: Probe.fromHttpGet("/health", { port: PORT, failureThreshold: 60, periodSeconds: CdkDuration.seconds(5) }),
  };
  const exporter: HardenedContainer = {
    name: "metrics",
    image,
    ...python(SERVE_METRICS),
    env: { PROMETHEUS_MULTIPROC_DIR: METRICS_FOLDER, METRICS_PORT: String(METRICS_PORT) },
    ports: { metrics: METRICS_PORT },
    readiness: Probe.fromTcpSocket({ port: METRICS_PORT }),
    ...SMALL,
    mounts: [metrics],
  };
  return {
    containers: [main, exporter],
    initContainers: users?.init ?? [],
    dependencies: [access.dependency, ...runs.dependencies, ...(users?.dependencies ?? [])],
  };
}

/** Containers of the Job that migrates both databases to the schema of the pinned version; it never goes back. */
export function migrationContainers(scope: Construct, server: NamedServer): Containers {
  const runs = runsOf(scope, server);
  const users = usersOf(scope, server);
  const migrate = { image, ...SMALL, requests: { cpu: 0.1, memory: Size.mebibytes(512) }, scratch: { "/tmp": Size.mebibytes(64) } };
  return {
    containers: [
      { ...migrate, name: "runs", command: ["mlflow", "db", "upgrade", BACKEND], env: { ...runs.env, ...QUIET }, mounts: runs.mounts },
      ...(users ? [{ ...migrate, name: "users", ...python(MIGRATE_USERS), env: { ...users.config, ...QUIET }, mounts: users.mounts }] : []),
    ],
    initContainers: users?.init ?? [],
    dependencies: [...runs.dependencies, ...(users?.dependencies ?? [])],
  };
}

/**
 * The root of the image is read-only. Jobs of the server would start seven processes more, for scorers of language models.
 */
const QUIET = { HOME: "/tmp", MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false", MLFLOW_DISABLE_TELEMETRY: "true" };

interface Part {
  readonly env: Environment;
  readonly mounts: readonly VolumeMount[];
  readonly dependencies: readonly IDependable[];
}

/** The database of runs, by variables of libpq. */
function runsOf(scope: Construct, { database, namespace }: NamedServer): Part {
  const access = database.enter(namespace);
  const trust = databaseTrust(access);
  return {
    env: { MLFLOW_BACKEND_STORE_URI: BACKEND, ...libpqEnvironment(database.location, access, trust?.file) },
    mounts: caVolumeMounts(scope, trust),
    dependencies: [access.dependency],
  };
}

interface Users {
  /** Writes the configuration. */
  readonly init: readonly HardenedInitContainer[];
  /** Variables of what reads the configuration. */
  readonly config: Environment;
  /** Variables of the server. */
  readonly server: Environment;
  readonly mounts: readonly VolumeMount[];
  readonly dependencies: readonly IDependable[];
}

/** The database of users, by a file in memory; `undefined` without authentication. */
function usersOf(scope: Construct, { name, namespace, authentication }: NamedServer): Users | undefined {
  if (authentication.type === "none") return undefined;
  const { database, defaultPermission } = authentication;
  const access = database.enter(namespace);
  const trust = databaseTrust(access, "AUTH");
  const config = { MLFLOW_AUTH_CONFIG_PATH: `${CONFIG_FOLDER}/auth.ini` };
  const folder = { path: CONFIG_FOLDER, volume: emptyDir(scope, "config", Size.mebibytes(1), EmptyDirMedium.MEMORY) };
  const env = { ...config, DEFAULT_PERMISSION: defaultPermission, ...authEnvironment(database.location, access, trust?.file) };
  const { keys, dependencies } = authSecrets(authentication, name, namespace);
  return {
    init: [{ name: "auth-config", image, ...python(WRITE_AUTH_CONFIG), env, ...SMALL, mounts: [folder] }],
    config,
    server: { ...config, ...keys },
    mounts: [folder, ...caVolumeMounts(scope, trust)],
    dependencies: [access.dependency, ...dependencies],
  };
}

function authSecrets({ adminPassword, sessionKey }: BasicAuthentication, name: string, namespace: string) {
  const place = (key: string) => ({ ...secretRef(`${name}-${key}`, key), namespace });
  const admin = provideSecret(adminPassword, place("admin-password"));
  const session = provideSecret(sessionKey, place("session-key"));
  const keys: Readonly<Record<string, SecretRef>> = {
    MLFLOW_AUTH_ADMIN_PASSWORD: admin.ref,
    MLFLOW_FLASK_SERVER_SECRET_KEY: session.ref,
  };
  return { keys, dependencies: [admin, session].flatMap(({ dependency }) => dependency ?? []) };
}

function python(script: string) {
  return { command: ["python", "-c"], args: [script] };
}

/** A volume of the scope; the same name twice is the same volume. */
function emptyDir(scope: Construct, name: string, size: Size, medium?: EmptyDirMedium): Volume {
  const made = scope.node.tryFindChild(`Volume-${name}`);
  if (made instanceof Volume) return made;
  return Volume.fromEmptyDir(scope, `Volume-${name}`, name, { ...(medium && { medium }), sizeLimit: CdkSize.mebibytes(size.inMebibytes) });
}
