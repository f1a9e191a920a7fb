/** Gateway API: kinds that a controller of the cluster's owner serves. */

import { conditionReady } from "#lib/kube/condition-ready";
import { httpRouteKind } from "#lib/kube/http-route";
import type { ComponentPin } from "#lib/kube/pin";

const SOURCE = "https://github.com/kubernetes-sigs/gateway-api tag v1.6.3: apis/v1, GatewayConditionProgrammed, GatewayConditionAccepted";

/** The pins of Gateway API. */
export const gatewayPin = {
  name: "gateway",
  licence: "Apache-2.0",
  source: SOURCE,
  images: {},
  kinds: [
    { kind: "gateway.networking.k8s.io/Gateway", version: "v1", readiness: conditionReady("Programmed", SOURCE, { failed: "Accepted" }) },
    httpRouteKind,
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "gateway-api",
        version: "1.6.3",
        licence: "Apache-2.0",
        source: { registry: "go", module: "sigs.k8s.io/gateway-api", version: "v1.6.3", path: "config/crd/standard" },
      },
    ],
  },
} as const satisfies ComponentPin;
