/** Rules on Flink applications, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import type { FlinkApplicationSettings } from "./application-schema";
import { hiddenFolders, LONGEST, nameProblems, podProblems, variableProblems } from "./checks";
import { APPLICATION_KEYS } from "./configuration-checks";
import { FLINK_RELEASES } from "./pin";
import { savepointStorageOf } from "./state";

/** Problem without the path of the application. */
type Found = Omit<Problem, "path"> & { readonly at: string };

/** Source: BlueGreenUtils.prepareFlinkDeployment: the operator adds the colour to the name of each deployment. */
const LONGEST_SUFFIX = "-green".length;

/** Folders of Flink's containers that mounts would hide. */
const FOLDERS = ["/tmp", "/opt/flink", "/opt/java", "/usr", "/etc/ssl"];

/** Variables that Flink's containers have where storage needs them. */
const OWN_VARIABLES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_KEY", "ENABLE_BUILT_IN_PLUGINS", "JAVA_TOOL_OPTIONS"];

/** Problems of an application; `path` is its path in the file. */
export function flinkApplicationProblems(name: string, settings: FlinkApplicationSettings, path: string): Problem[] {
  const { rollout, mounts } = settings;
  return [
    ...nameProblems(name, path, rollout.type === "blue-green" ? LONGEST - LONGEST_SUFFIX : LONGEST),
    ...podProblems(settings, path, APPLICATION_KEYS),
    ...variableProblems(settings, path, OWN_VARIABLES),
    ...ownVariables(settings).map(({ at, ...problem }) => ({ ...problem, path: `${path}.${at}` })),
    ...hiddenFolders(mounts, FOLDERS, `${path}.mounts`),
    ...RULES.flatMap((rule) => rule(settings)).map(({ at, ...problem }) => ({ ...problem, path: `${path}.${at}` })),
  ];
}

const RULES: readonly ((settings: FlinkApplicationSettings) => Found[])[] = [
  unknownLine,
  jarWithoutStorage,
  upgradeWithoutStorage,
  nothingToRestore,
  snapshotsWithoutStorage,
  snapshotsOfBlueGreen,
];

function unknownLine({ flinkVersion }: FlinkApplicationSettings): Found[] {
  if (Object.hasOwn(FLINK_RELEASES, flinkVersion)) return [];
  return [
    {
      id: "flink.unknown-version",
      at: "flinkVersion",
      got: JSON.stringify(flinkVersion),
      allowed: Object.keys(FLINK_RELEASES).join(", "),
      fix: "use one of these",
    },
  ];
}

/** A variable of the platform's own would win or lose silently. */
function ownVariables({ env = {} }: FlinkApplicationSettings): Found[] {
  return Object.keys(env)
    .filter((name) => OWN_VARIABLES.includes(name))
    .map((name) => ({
      id: "flink.variable-of-platform",
      at: `env.${name}`,
      got: `the variable ${name}, which storage sets`,
      allowed: "other variables",
      fix: "use storage and flinkConfiguration (env.java.opts.all for options of Java)",
    }));
}

const STORAGE_OF: Readonly<Record<string, "s3" | "gcs" | "azure" | undefined>> = { s3: "s3", gs: "gcs", abfss: "azure" };

/** Flink fetches the jar through the file system of its scheme, which is a plugin with the access of the storage. */
function jarWithoutStorage(settings: FlinkApplicationSettings): Found[] {
  const { jar, storage } = settings;
  const scheme = jar.slice(0, jar.indexOf(":"));
  const needed = STORAGE_OF[scheme];
  if (needed === undefined || storage?.type === needed || savepointStorageOf(settings)?.type === needed) return [];
  return [
    {
      id: "flink.jar-without-storage",
      at: "jar",
      got: `a jar at ${scheme}:// in an application without storage there`,
      allowed: `storage of the type ${needed} or a bucket of it, whose plugin and access read the jar, or a jar in the image (local://)`,
      fix: "set storage, or put the jar into the image",
    },
  ];
}

/** Source: validateJobSpec in the operator's DefaultValidator. */
function upgradeWithoutStorage({ upgrade, storage }: FlinkApplicationSettings): Found[] {
  if (upgrade === "stateless" || storage) return [];
  return [
    {
      id: "flink.upgrade-without-storage",
      at: "upgrade",
      got: `"${upgrade}" without storage of checkpoints`,
      allowed: '"stateless", or an application with storage',
      fix: "set storage",
    },
  ];
}

/** Source: Flink reads allowNonRestoredState only when it restores. */
function nothingToRestore({ allowNonRestoredState, savepoint, upgrade }: FlinkApplicationSettings): Found[] {
  if (!allowNonRestoredState || savepoint !== undefined || upgrade !== "stateless") return [];
  return [
    {
      id: "flink.nothing-to-restore",
      at: "allowNonRestoredState",
      got: "true in an application that restores nothing",
      allowed: "true with savepoint, or with upgrade savepoint or last-state",
      fix: "remove it, or set upgrade or savepoint",
    },
  ];
}

function snapshotsWithoutStorage(settings: FlinkApplicationSettings): Found[] {
  const { snapshots, storage } = settings;
  if (!snapshots) return [];
  const once = Object.entries(snapshots.once);
  const savepoints = savepointStorageOf(settings)
    ? []
    : [
        ...(snapshots.every ? [{ at: "snapshots.every", what: "periodic savepoints" }] : []),
        ...once.filter(([, { type }]) => type === "savepoint").map(([name]) => ({ at: `snapshots.once.${name}`, what: "a savepoint" })),
      ];
  const checkpoints = storage
    ? []
    : once.filter(([, { type }]) => type === "checkpoint").map(([name]) => ({ at: `snapshots.once.${name}`, what: "a checkpoint" }));
  return [...savepoints, ...checkpoints].map(({ at, what }) => ({
    id: "flink.snapshot-without-storage",
    at,
    got: `${what} without storage`,
    allowed: "snapshots with storage, or savepoints with savepoints.storage",
    fix: "set storage",
  }));
}

/** Source: FlinkStateSnapshotSpec: `jobReference` names a FlinkDeployment, and which of the two runs is known at run time only. */
function snapshotsOfBlueGreen({ snapshots, rollout }: FlinkApplicationSettings): Found[] {
  if (rollout.type === "in-place" || Object.keys(snapshots?.once ?? {}).length === 0) return [];
  return [
    {
      id: "flink.snapshot-of-blue-green",
      at: "snapshots.once",
      got: "a snapshot of an application that is rolled out blue-green",
      allowed: "snapshots.every, or the rollout in-place",
      fix: "use snapshots.every, or create a FlinkStateSnapshot for the deployment that runs",
    },
  ];
}
