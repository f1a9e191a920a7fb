/** JobSet: chart, image and kind at the pinned version. */

import type { ComponentPin } from "#lib/kube/pin";
import { jobPods, podsOf } from "./pods";
import { jobSetReadiness } from "./readiness";

const SOURCE = "JobSet v0.12.0, charts/jobset, api/jobset/v1alpha2 and pkg/webhooks";

/** The pins of JobSet. */
export const jobsetPin = {
  name: "jobset",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "jobset",
    repository: "oci://registry.k8s.io/jobset/charts",
    version: "0.12.0",
    imagePullSecretsAt: ["image", "pullSecrets"],
    /** Its webhooks admit every JobSet and each of its pods: their failure policy is Fail. */
    gateReplicasAt: ["controller", "replicas"],
  },
  images: { operator: "registry.k8s.io/jobset/jobset:v0.12.0" },
  kinds: [
    {
      kind: "jobset.x-k8s.io/JobSet",
      version: "v1alpha2",
      readiness: jobSetReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** The label that the controller gives to all pods of a JobSet. */
      podLabels: jobPods,
      /** Replicas of the job, times the pods that it runs at the same time. */
      copiesOf: podsOf,
    },
  ],
  kubernetes: { min: "1.27" },
  imports: {
    crds: [
      {
        product: "jobset",
        version: "0.12.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "sigs.k8s.io/jobset", version: "v0.12.0", path: "config/components/crd/bases" },
      },
    ],
    charts: [{ chart: "jobset", version: "0.12.0", licence: "Apache-2.0", source: "kubernetes-sigs/jobset v0.12.0, charts/jobset" }],
  },
} as const satisfies ComponentPin;
