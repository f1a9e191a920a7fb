/** The foundation uses built-in kinds, and the network policies of Cilium where its network is Cilium: no chart, no image. */

import type { ComponentPin } from "#lib/kube/pin";

const CILIUM = "1.20.2";

/** Kubernetes minor version of the Pod Security rules: pinned, so that a cluster upgrade does not change admission. */
export const POD_SECURITY_VERSION = "v1.34";

/** The pins of the foundation. */
export const foundationPin = {
  name: "foundation",
  licence: "Apache-2.0",
  source: "Kubernetes 1.34: Pod Security admission labels, ResourceQuota, LimitRange, NetworkPolicy, PriorityClass",
  images: {},
  kinds: [
    {
      kind: "cilium.io/CiliumNetworkPolicy",
      version: "v2",
      readiness: {
        ready: [],
        // An agent that refuses a policy goes on without it. Source: Cilium 1.20, pkg/k8s/apis/cilium.io/v2/cnp_types.go (PolicyConditionValid).
        failed: [{ type: "condition", name: "Valid", status: "False" }],
        source: `Cilium ${CILIUM}, pkg/k8s/apis/cilium.io/v2/cnp_types.go`,
      },
    },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "cilium",
        version: CILIUM,
        licence: "Apache-2.0",
        source: {
          registry: "go",
          module: "github.com/cilium/cilium",
          version: `v${CILIUM}`,
          path: "pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml",
        },
      },
    ],
  },
} as const satisfies ComponentPin;
