/** Kueue: chart, image and kinds at the pinned version. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "Kueue v0.19.2, charts/kueue, apis/kueue/v1beta2 and pkg/webhooks";

/** A queue is active once its flavors, or its cluster queue, are known to Kueue. */
const active = conditionReady("Active", SOURCE);

/** Kinds without a status. */
const exists: Readiness = { ready: [], failed: [], source: SOURCE };

/** The pins of Kueue. */
export const kueuePin = {
  name: "kueue",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "kueue",
    repository: "oci://registry.k8s.io/kueue/charts",
    version: "0.19.2",
    imagePullSecretsAt: ["controllerManager", "imagePullSecrets"],
    /** Its webhooks refuse every job of the cluster while no pod answers: their failure policy is Fail. */
    gateReplicasAt: ["controllerManager", "replicas"],
  },
  images: { operator: "registry.k8s.io/kueue/kueue:v0.19.2" },
  kinds: [
    { kind: "kueue.x-k8s.io/Topology", version: "v1beta2", readiness: exists },
    { kind: "kueue.x-k8s.io/ResourceFlavor", version: "v1beta2", readiness: exists },
    { kind: "kueue.x-k8s.io/Cohort", version: "v1beta2", readiness: exists },
    { kind: "kueue.x-k8s.io/ClusterQueue", version: "v1beta2", readiness: active },
    { kind: "kueue.x-k8s.io/LocalQueue", version: "v1beta2", readiness: active },
  ],
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "kueue",
        version: "0.19.2",
        licence: "Apache-2.0",
        source: { registry: "go", module: "sigs.k8s.io/kueue", version: "v0.19.2", path: "config/components/crd/bases" },
        only: ["topologies", "resourceflavors", "cohorts", "clusterqueues", "localqueues"].map((plural) => `${plural}.kueue.x-k8s.io`),
      },
    ],
    charts: [{ chart: "kueue", version: "0.19.2", licence: "Apache-2.0", source: "kubernetes-sigs/kueue v0.19.2, charts/kueue" }],
  },
} as const satisfies ComponentPin;
