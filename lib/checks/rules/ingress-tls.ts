/** What listens outside of the cluster has a name and speaks TLS. */

import { listAt, mapAt, textsAt } from "../json-at";
import type { Rule } from "../rule";

/** Every host of an Ingress is one of its TLS hosts, and none is a wildcard. */
export const ingressTls: Rule = {
  id: "ingress-tls",
  mirrors: ["gatekeeper httpsonly", "gatekeeper disallow-ingress-wildcard"],
  allowed: "named hosts, each in spec.tls",
  fix: "name the host and add it to spec.tls",
  find: ({ ofKind }) =>
    ofKind("networking.k8s.io/Ingress").flatMap((object) => {
      const spec = mapAt(object.manifest, "spec");
      const safe = new Set(listAt(spec, "tls").flatMap((entry) => textsAt(entry, "hosts")));
      return listAt(spec, "rules").flatMap(({ host }, position) => {
        const named = typeof host === "string" && host !== "" && !host.startsWith("*");
        return named && safe.has(host)
          ? []
          : [{ object, at: `spec.rules[${position}].host`, got: named ? `${host} without TLS` : `${host ?? "every host"}` }];
      });
    }),
};
