/** HTTPRoutes of Gateway API, which a gateway or a mesh of the cluster's owner serves. */

import type { OwnedKind } from "./pin";

/** API version of the routes. */
export const ROUTE_API = "gateway.networking.k8s.io/v1";

/** The kind; its status has a list with conditions of each parent, and none of its own. */
export const httpRouteKind = {
  kind: "gateway.networking.k8s.io/HTTPRoute",
  version: "v1",
  readiness: {
    ready: [],
    failed: [],
    source: "https://github.com/kubernetes-sigs/gateway-api tag v1.6.3: apis/v1, RouteParentStatus",
  },
} as const satisfies OwnedKind;
