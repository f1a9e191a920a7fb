/** CloudNativePG and its backup plugin: charts, images and kinds at the pinned versions. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { ChartPin, ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { appSecret, caSecret, clusterLabels } from "./labels";

const SOURCE = "CloudNativePG v1.30.0, config/crd/bases and api/v1; plugin-barman-cloud v0.13.0";

/** The chart of the plugin that writes backups to a bucket. */
export const barmanChart: ChartPin = {
  name: "plugin-barman-cloud",
  repository: "https://cloudnative-pg.github.io/charts",
  version: "0.7.0",
  imagePullSecretsAt: ["imagePullSecrets"],
};

/** The operator writes the phase last, once everything of the current spec is done. Source: internal/controller/cluster_controller.go. */
const clusterReadiness: Readiness = {
  ready: [
    { type: "condition", name: "Ready", status: "True" },
    { type: "field", path: ".status.phase", anyOf: ["Cluster in healthy state"] },
  ],
  failed: [
    {
      type: "field",
      path: ".status.phase",
      anyOf: [
        "Cluster is unrecoverable and needs manual intervention",
        "Invalid cluster definition",
        "Cluster has incomplete or invalid image catalog",
      ],
    },
  ],
  simulated: [
    { name: "setting-up", afterSeconds: 1, status: { phase: "Setting up primary", ...conditions("False") } },
    {
      name: "healthy",
      afterSeconds: 2,
      status: { phase: "Cluster in healthy state", ...conditions("True") },
      fromSpec: { instances: { field: "instances", otherwise: 1 }, readyInstances: { field: "instances", otherwise: 1 } },
    },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { phase: "Invalid cluster definition", ...conditions("False") } },
  source: SOURCE,
};

function conditions(status: "True" | "False") {
  const reason = status === "True" ? "ClusterIsReady" : "ClusterIsNotReady";
  return { conditions: [{ type: "Ready", status, reason, message: status === "True" ? "Cluster is Ready" : "Cluster Is Not Ready" }] };
}

/** Databases and roles are applied by the primary itself, which tells of a failure and tries again. */
const appliedReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.applied", anyOf: ["true"] }],
  failed: [{ type: "field", path: ".status.applied", anyOf: ["false"] }],
  simulated: [{ name: "applied", afterSeconds: 1, status: { applied: true } }],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { applied: false, message: "simulated failure" } },
  source: SOURCE,
};

const backupReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.phase", anyOf: ["completed"] }],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["failed", "invalid backup definition"] }],
  simulated: [
    { name: "running", afterSeconds: 1, status: { phase: "running" } },
    { name: "completed", afterSeconds: 1, status: { phase: "completed" } },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { phase: "failed", error: "simulated failure" } },
  source: SOURCE,
};

/** Kinds without a condition that means ready. */
const exists: Readiness = { ready: [], failed: [], source: SOURCE };

/** The operator lets volumes grow and refuses to shrink them. Source: internal/webhook/v1/cluster_webhook.go, validateStorageConfigurationChange. */
function claimsOf({ metadata: { name }, ...cluster }: KubeObject) {
  const size = (field: string) => valueAt(valueAt(cluster, ["spec"]), [field, "size"]);
  const [data, wal] = [size("storage"), size("walStorage")];
  return [
    ...(typeof data === "string" ? [{ names: name, size: data }] : []),
    ...(typeof wal === "string" ? [{ names: `${name}-wal`, size: wal }] : []),
  ];
}

/** The pins of CloudNativePG. */
export const cloudnativePgPin = {
  name: "cloudnative-pg",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "cloudnative-pg",
    repository: "https://cloudnative-pg.github.io/charts",
    version: "0.29.0",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: {
    operator: "ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0",
    // With pgvector, which the image "minimal" lacks. Source: cloudnative-pg/postgres-containers, README.
    postgres: "ghcr.io/cloudnative-pg/postgresql:18.4-standard-trixie",
    plugin: "ghcr.io/cloudnative-pg/plugin-barman-cloud:v0.13.0",
    sidecar: "ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar:v0.13.0",
  },
  kinds: [
    {
      kind: "postgresql.cnpg.io/Cluster",
      version: "v1",
      holdsData: true,
      deletesData: true,
      replicasAt: [["spec", "instances"]],
      claims: {
        growth: "by-operator",
        /** Claims of data and of the write-ahead log. */
        of: claimsOf,
      },
      /** Pods of the cluster. */
      podLabels: ({ metadata }) => [clusterLabels(metadata.name)],
      /** Secrets for clients. */
      secretsOf: ({ metadata: { name } }) => [appSecret(name), caSecret(name)],
      readiness: clusterReadiness,
    },
    { kind: "postgresql.cnpg.io/Database", version: "v1", readiness: appliedReadiness },
    { kind: "postgresql.cnpg.io/DatabaseRole", version: "v1", readiness: appliedReadiness },
    { kind: "postgresql.cnpg.io/ScheduledBackup", version: "v1", readiness: exists },
    { kind: "postgresql.cnpg.io/Backup", version: "v1", readiness: backupReadiness },
    { kind: "barmancloud.cnpg.io/ObjectStore", version: "v1", readiness: exists },
  ],
  // The chart and that of the plugin: kubeVersion >= 1.29.
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "cloudnative-pg",
        version: "1.30.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/cloudnative-pg/cloudnative-pg", version: "v1.30.0", path: "config/crd/bases" },
        only: ["clusters", "databases", "databaseroles", "scheduledbackups", "backups"].map((plural) => `${plural}.postgresql.cnpg.io`),
      },
      {
        product: "barman-cloud",
        version: "0.13.0",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "github.com/cloudnative-pg/plugin-barman-cloud",
          tag: "v0.13.0",
          path: "config/crd/bases",
        },
      },
    ],
    charts: [
      {
        chart: "cloudnative-pg",
        version: "0.29.0",
        licence: "Apache-2.0",
        source: "cloudnative-pg/charts cloudnative-pg-v0.29.0, charts/cloudnative-pg",
      },
      {
        chart: "plugin-barman-cloud",
        version: "0.7.0",
        licence: "Apache-2.0",
        source: "cloudnative-pg/charts plugin-barman-cloud-v0.7.0, charts/plugin-barman-cloud",
      },
    ],
  },
} as const satisfies ComponentPin;
