/** SeaweedFS on its operator: chart, images and kinds at the pinned version. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { PARTS, partLabels } from "./labels";

const SOURCE = "seaweedfs-operator 1.0.36, config/crd/bases, deploy/helm and internal/controller";

const clusterReadiness: Readiness = {
  // The operator writes Ready=False while pods start, so False is no failure.
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [],
  simulated: conditionReady("Ready", SOURCE).simulated ?? [],
  source: SOURCE,
};

/** The controllers of buckets and identities write a phase; they retry what failed. */
const phaseReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.phase", anyOf: ["Ready"] }],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["Failed"] }],
  simulated: [
    { name: "pending", afterSeconds: 1, status: { phase: "Pending" } },
    { name: "ready", afterSeconds: 1, status: { phase: "Ready" } },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { phase: "Failed" } },
  source: SOURCE,
};

/** The pins of SeaweedFS. */
export const seaweedfsPin = {
  name: "seaweedfs",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "seaweedfs-operator",
    repository: "https://seaweedfs.github.io/seaweedfs-operator",
    version: "0.1.39",
    imagePullSecretsAt: ["image", "pullSecrets"],
    pullSecretsAs: "name",
  },
  images: {
    operator: "docker.io/chrislusf/seaweedfs-operator:1.0.36",
    seaweedfs: "docker.io/chrislusf/seaweedfs:4.44",
  },
  kinds: [
    {
      kind: "seaweed.seaweedfs.com/Seaweed",
      version: "v1",
      holdsData: true,
      /** Pods of each part. */
      podLabels: ({ metadata }) => PARTS.map((part) => partLabels(metadata.name, part)),
      replicasAt: [
        ["spec", "master", "replicas"],
        ["spec", "volume", "replicas"],
        ["spec", "filer", "replicas"],
        ["spec", "s3", "replicas"],
      ],
      durableWhen: {
        type: "field",
        anyOf: [["spec", "filer", "persistence", "enabled"]],
        otherwise: "the file system of its filer pods",
      },
      readiness: clusterReadiness,
    },
    { kind: "seaweed.seaweedfs.com/Bucket", version: "v1", readiness: phaseReadiness },
    { kind: "seaweed.seaweedfs.com/S3Identity", version: "v1", readiness: phaseReadiness },
    { kind: "seaweed.seaweedfs.com/S3Credentials", version: "v1", readiness: phaseReadiness },
    {
      kind: "seaweed.seaweedfs.com/ResourceReferenceGrant",
      version: "v1",
      // It has no status: other controllers read it.
      readiness: { ready: [], failed: [], source: SOURCE },
    },
  ],
  // The CRDs have CEL rules, stable since 1.29.
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "seaweedfs",
        version: "1.0.36",
        licence: "Apache-2.0",
        source: { registry: "none", repository: "github.com/seaweedfs/seaweedfs-operator", tag: "1.0.36", path: "config/crd/bases" },
        only: [
          "buckets.seaweed.seaweedfs.com",
          "resourcereferencegrants.seaweed.seaweedfs.com",
          "s3credentials.seaweed.seaweedfs.com",
          "s3identities.seaweed.seaweedfs.com",
          "seaweeds.seaweed.seaweedfs.com",
        ],
      },
    ],
    charts: [
      {
        chart: "seaweedfs-operator",
        version: "0.1.39",
        licence: "Apache-2.0",
        source: "seaweedfs/seaweedfs-operator 1.0.36, deploy/helm",
      },
    ],
  },
} as const satisfies ComponentPin;
