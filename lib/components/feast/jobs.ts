/** The Jobs of a feature store: one applies definitions of features, another loads new features into the online store. */

import { ConfigMap, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct, IDependable } from "constructs";
import { digest } from "#lib/core/digest";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { allow, type FlowProps, OUTSIDE, type PodsEnd } from "#lib/kube/network";
import { placement } from "#lib/kube/node-pool";
import { priorityOf } from "#lib/kube/ownership";
import { environmentVariables } from "#lib/kube/pod-parts";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { provideSecret } from "#lib/kube/secret-store";
import { USER_ID } from "./labels";
import { memoryOf } from "./parts";
import type { NamedStore } from "./schema";
import type { PodParts } from "./spec";
import type { Environment } from "./stores";

/** What the Jobs share. */
export interface JobParts extends PodParts {
  readonly store: NamedStore;
  /** ConfigMap with `feature_store.yaml`. */
  readonly configuration: ConfigMap;
  /** Text of `feature_store.yaml`. */
  readonly text: string;
  /** Text of the files with definitions, by name. */
  readonly definitions: Readonly<Record<string, string>>;
  readonly dependencies: readonly IDependable[];
  /** Network flows to the stores. */
  readonly flows: (who: string, from: PodsEnd) => readonly FlowProps[];
}

const CONFIGURATION = "/etc/beamstack/feast";
const REPOSITORY = "/repository";
/** A folder of the user's own: Git refuses folders of others, and the volume is root's. */
const CHECKOUT = `${REPOSITORY}/checkout`;

/** The address and the login are in variables: arguments of processes are for everybody to see. */
const FETCH = `set -euo pipefail
git init --quiet ${CHECKOUT}
cd ${CHECKOUT}
git fetch --quiet --depth 1 "$REPOSITORY_URL" "$REPOSITORY_COMMIT"
git checkout --quiet FETCH_HEAD
`;

/** Applies the definitions once for each content: Jobs do not change. */
export function addApply(scope: Construct, parts: JobParts): HardenedWorkload {
  const { store, definitions } = parts;
  const repository = repositoryOf(scope, parts);
  const command = ["feast", "apply", ...(store.checkSources ? [] : ["--skip-source-validation"])];
  const job = jobOf(scope, "Apply", {
    name: `${store.name}-apply-${versionOf(scope, parts, { command, definitions, variables: repository.variables })}`,
    kind: { type: "job", deadline: Duration.hours(1), tries: 3 },
    command,
    repository,
    parts,
  });
  return job;
}

/** Loads what is newer than the last load, on a schedule. */
export function addMaterialize(scope: Construct, parts: JobParts, settings: NonNullable<NamedStore["materialize"]>): HardenedWorkload {
  const { store } = parts;
  const { schedule, timeZone, views = [], deadline } = settings;
  const options = views.map((view) => ` --views ${view}`).join("");
  return jobOf(scope, "Materialize", {
    name: `${store.name}-materialize`,
    kind: { type: "cron-job", schedule, ...(timeZone !== undefined && { timeZone }), deadline, tries: 2 },
    command: ["bash", "-c", `exec feast materialize-incremental "$(date -u +%Y-%m-%dT%H:%M:%S)"${options}`],
    // The registry has all definitions; only files are elsewhere.
    repository: store.offline.type === "files" ? repositoryOf(scope, parts) : NO_REPOSITORY,
    parts,
  });
}

interface Repository {
  readonly initContainers: readonly HardenedInitContainer[];
  readonly mounts: readonly VolumeMount[];
  readonly folder: string;
  /** Variables that say where it is from. */
  readonly variables: Environment;
  readonly dependencies: readonly IDependable[];
  readonly port?: number;
}

const NO_REPOSITORY: Repository = { initContainers: [], mounts: [], folder: "/tmp", variables: {}, dependencies: [] };

function repositoryOf(scope: Construct, parts: JobParts): Repository {
  const { repository } = parts.store;
  if (!repository) return NO_REPOSITORY;
  return repository.type === "files" ? filesRepository(scope, parts) : gitRepository(scope, parts, repository);
}

/**
 * The files one by one: in the folder of a whole ConfigMap they are links into `..2026_...`, and Feast makes names of modules from where files really are.
 * Source: sdk/python/feast/repo_operations.py, get_repo_files.
 */
function filesRepository(scope: Construct, { store, definitions }: JobParts): Repository {
  const name = `${store.name}-definitions`;
  const known = scope.node.tryFindChild("Definitions");
  const files =
    known instanceof ConfigMap
      ? known
      : new ConfigMap(scope, "Definitions", { metadata: { name, namespace: store.namespace }, data: definitions });
  const volume = volumeOf(scope, "definitions", files);
  const mounts = Object.keys(definitions).map((file) => ({ path: `${CHECKOUT}/${file}`, subPath: file, volume, readOnly: true }));
  return { ...NO_REPOSITORY, mounts, folder: CHECKOUT, dependencies: [files] };
}

type Git = Extract<NonNullable<NamedStore["repository"]>, { type: "git" }>;

function gitRepository(scope: Construct, { store, image }: JobParts, { url, commit, folder, login }: Git): Repository {
  const known = scope.node.tryFindChild("Volume-repository");
  const volume = known instanceof Volume ? known : Volume.fromEmptyDir(scope, "Volume-repository", "repository");
  const mounts = [{ path: REPOSITORY, volume }];
  const place = { ...secretRef(`${store.name}-repository`, "password"), namespace: store.namespace };
  const password = login && provideSecret(login.password, place);
  const variables: Environment = {
    REPOSITORY_URL: url,
    REPOSITORY_COMMIT: commit,
    ...(login && password && { REPOSITORY_USER: login.user, REPOSITORY_PASSWORD: password.ref, ...CREDENTIALS }),
  };
  const small = { requests: { cpu: 0.05, memory: Size.mebibytes(256) }, scratch: { "/tmp": Size.mebibytes(64) } };
  const fetch: HardenedInitContainer = {
    name: "fetch",
    image,
    command: ["bash", "-c", FETCH],
    env: { HOME: "/tmp", ...variables },
    mounts,
    ...small,
  };
  return {
    initContainers: [fetch],
    mounts,
    folder: folder === undefined ? CHECKOUT : `${CHECKOUT}/${folder}`,
    variables,
    dependencies: password?.dependency ? [password.dependency] : [],
    port: Number(new URL(url).port || 443),
  };
}

/** A credential helper that answers from variables. Source: Git documentation, "gitcredentials" and "GIT_CONFIG_COUNT". */
const CREDENTIALS = {
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "credential.helper",
  GIT_CONFIG_VALUE_0: '!f() { echo "username=$REPOSITORY_USER"; echo "password=$REPOSITORY_PASSWORD"; }; f',
};

interface JobProps {
  readonly name: string;
  readonly kind: ConstructorParameters<typeof HardenedWorkload>[2]["kind"];
  readonly command: readonly string[];
  readonly repository: Repository;
  readonly parts: JobParts;
}

function jobOf(scope: Construct, id: string, { name, kind, command, repository, parts }: JobProps): HardenedWorkload {
  const { store, image, environment, trusts, configuration, dependencies, flows } = parts;
  const main: HardenedContainer = {
    image,
    command,
    workingDir: repository.folder,
    env: { ...PYTHON, FEAST_FS_YAML_FILE_PATH: `${CONFIGURATION}/feature_store.yaml`, ...environment },
    mounts: [
      { path: CONFIGURATION, volume: volumeOf(scope, "configuration", configuration), readOnly: true },
      ...repository.mounts,
      ...trusts.flatMap((trust) => caVolumeMounts(scope, trust)),
    ],
    requests: { cpu: store.cpu, memory: memoryOf(store) },
    scratch: { "/tmp": store.scratch },
  };
  const job = new HardenedWorkload(scope, id, {
    name,
    namespace: store.namespace,
    kind,
    userId: USER_ID,
    containers: [main],
    initContainers: repository.initContainers,
    ...(store.pool && { pool: store.pool }),
  });
  job.node.addDependency(configuration, ...dependencies, ...repository.dependencies);
  const who = `feast.${store.name}.${id.toLowerCase()}`;
  const { port } = repository;
  allow(scope, [
    ...flows(who, job.pods),
    ...(port === undefined ? [] : [{ name: `${who}-to-repository`, from: job.pods, to: OUTSIDE, ports: [{ port }] }]),
  ]);
  return job;
}

/** The root of the image is read-only. */
const PYTHON = { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" };

function volumeOf(scope: Construct, name: string, map: ConfigMap): Volume {
  const known = scope.node.tryFindChild(`Volume-${name}`);
  return known instanceof Volume ? known : Volume.fromConfigMap(scope, `Volume-${name}`, map, { name });
}

interface ApplyInput {
  readonly command: readonly string[];
  readonly definitions: Readonly<Record<string, string>>;
  readonly variables: Environment;
}

/** Part of the name that changes with everything that changes the Job. */
function versionOf(scope: Construct, { store, text, image, environment, trusts }: JobParts, input: ApplyInput): string {
  const { cpu, scratch, pool, repository } = store;
  const pod = { ...placement(pool), priority: priorityOf(scope) ?? null, pullSecrets: [...pullSecretsOf(scope)] };
  return digest({
    ...input,
    variables: environmentVariables({ ...environment, ...input.variables }),
    folder: repository?.type === "git" ? (repository.folder ?? null) : null,
    text,
    image,
    cas: trusts.map(({ volume }) => volume.secret.secretName),
    pod,
    resources: [cpu, `${memoryOf(store)}`, `${scratch}`],
  }).slice(0, 8);
}
