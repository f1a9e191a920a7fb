/** Nothing listens outside of the cluster but through an Ingress. */

import { mapAt, textsAt } from "../json-at";
import type { Rule } from "../rule";

/** Node ports and load balancers go past every check that an Ingress makes. */
export const serviceExposure: Rule = {
  id: "service-exposure",
  mirrors: ["KSV-0108", "gatekeeper block-nodeport-services", "gatekeeper externalip"],
  allowed: "type ClusterIP without externalIPs",
  fix: "use an Ingress",
  find: ({ ofKind }) =>
    ofKind("core/Service").flatMap((object) => {
      const spec = mapAt(object.manifest, "spec");
      const type = spec["type"] ?? "ClusterIP";
      return [
        ...(type === "NodePort" || type === "LoadBalancer" ? [{ object, at: "spec.type", got: type }] : []),
        ...(textsAt(spec, "externalIPs").length > 0
          ? [{ object, at: "spec.externalIPs", got: textsAt(spec, "externalIPs").join(", ") }]
          : []),
      ];
    }),
};
