/** LeaderWorkerSet: chart, image and kind at the pinned version. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";
import { groupedPods, podsOf } from "./pods";

const SOURCE = "LeaderWorkerSet v0.8.0, charts/lws, api/leaderworkerset/v1 and pkg/controllers/leaderworkerset_controller.go";

/** The pins of LeaderWorkerSet. */
export const leaderWorkerSetPin = {
  name: "leader-worker-set",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "lws",
    repository: "oci://registry.k8s.io/lws/charts",
    version: "0.8.0",
    imagePullSecretsAt: ["imagePullSecrets"],
    /** Its webhooks admit every group and each of its pods: their failure policy is Fail. */
    gateReplicasAt: ["replicaCount"],
  },
  images: { operator: "registry.k8s.io/lws/lws:v0.8.0" },
  kinds: [
    {
      kind: "leaderworkerset.x-k8s.io/LeaderWorkerSet",
      version: "v1",
      // It is False while groups start, and again in each rollout.
      readiness: conditionReady("Available", SOURCE, { failed: false }),
      /** The label that the controller gives to all pods of all groups. */
      podLabels: ({ metadata: { name } }: KubeObject) => [groupedPods(name)],
      /** One leader for each group, and its workers. */
      copiesOf: podsOf,
      replicasAt: [["spec", "replicas"]],
    },
  ],
  // Source: LeaderWorkerSet, "Installation".
  kubernetes: { min: "1.26" },
  imports: {
    crds: [
      {
        product: "leader-worker-set",
        version: "0.8.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "sigs.k8s.io/lws", version: "v0.8.0", path: "config/crd/bases" },
      },
    ],
    charts: [{ chart: "lws", version: "0.8.0", licence: "Apache-2.0", source: "kubernetes-sigs/lws v0.8.0, charts/lws" }],
  },
} as const satisfies ComponentPin;
