/** Cluster API: kinds at the pinned version. It manages the cluster, so it is there before the environment. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "Cluster API v1.14.0: api/core/v1beta2/machinedeployment_types.go, machinepool_types.go, core/webhooks/admission";

/** Machine pools have conditions of their providers only. */
const machinePool: Readiness = {
  ready: [{ type: "field", path: ".status.phase", anyOf: ["Running"] }],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["Failed"] }],
  simulated: [{ name: "running", afterSeconds: 1, status: { phase: "Running" } }],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { phase: "Failed" } },
  source: SOURCE,
};

/** The pins of Cluster API. */
export const clusterApiPin = {
  name: "cluster-api",
  licence: "Apache-2.0",
  source: SOURCE,
  images: {},
  kinds: [
    // Available is False while machines are made: nothing tells a deployment that will never be.
    { kind: "cluster.x-k8s.io/MachineDeployment", version: "v1beta2", readiness: conditionReady("Available", SOURCE, { failed: false }) },
    { kind: "cluster.x-k8s.io/MachinePool", version: "v1beta2", readiness: machinePool },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "cluster-api",
        version: "1.14.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "sigs.k8s.io/cluster-api", version: "v1.14.0", path: "core/config/crd/bases" },
        only: ["machinedeployments.cluster.x-k8s.io", "machinepools.cluster.x-k8s.io"],
      },
    ],
  },
} as const satisfies ComponentPin;
