/** Feast and its operator at the pinned version; upstream has no chart for the operator. */

import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { storeLabels } from "./labels";

const VERSION = "0.66.0";
const SOURCE = `https://github.com/feast-dev/feast tag v${VERSION}: infra/feast-operator`;

/** The operator writes no generation into the status. Source: api/v1/featurestore_types.go, internal/controller/featurestore_controller.go. */
const storeReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.phase", anyOf: ["Ready"] }],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["Failed"] }],
  simulated: [
    {
      name: "pending",
      afterSeconds: 1,
      status: { phase: "Pending", ...condition("Unknown", "DeploymentNotAvailable", "Deployment is not available") },
    },
    {
      name: "ready",
      afterSeconds: 1,
      status: { phase: "Ready", feastVersion: VERSION, ...condition("True", "Ready", "FeatureStore installation complete") },
    },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { phase: "Failed", ...condition("False", "FeatureStoreFailed", "Error: simulated failure") },
  },
  source: SOURCE,
};

function condition(status: "True" | "False" | "Unknown", reason: string, message: string) {
  return { conditions: [{ type: "FeatureStore", status, reason, message }] };
}

/** The pins of Feast. */
export const feastPin = {
  name: "feast",
  licence: "Apache-2.0",
  source: SOURCE,
  images: {
    operator: `quay.io/feastdev/feast-operator:${VERSION}`,
    server: `quay.io/feastdev/feature-server:${VERSION}`,
    // Of the CronJob that the operator makes for every store: ours stays suspended. Source: dist/install.yaml, RELATED_IMAGE_CRON_JOB.
    cronJob: "quay.io/openshift/origin-cli:4.17",
  },
  kinds: [
    {
      kind: "feast.dev/FeatureStore",
      version: "v1",
      replicasAt: [["spec", "replicas"]],
      /** Pods with all servers of a store. */
      podLabels: ({ metadata }) => [storeLabels(metadata.name)],
      readiness: storeReadiness,
    },
  ],
  // The operator is built with client-go 0.33; its CRD has CEL rules.
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "feast",
        version: VERSION,
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "github.com/feast-dev/feast",
          tag: `v${VERSION}`,
          path: "infra/feast-operator/config/crd/bases",
        },
      },
    ],
  },
} as const satisfies ComponentPin;
