/** No network policy opens the way to the cloud's instance metadata. */

import type { JsonObject, JsonValue } from "#lib/core/json";
import { listAt, mapAt, textsAt } from "../json-at";
import type { Rule } from "../rule";

/** Blocks that hold the address, and the address they have to leave out. */
const OPEN = { "0.0.0.0/0": "169.254.169.254/32", "::/0": "fd00:ec2::254/128" } as const;

/** The metadata service returns the node's credentials to any caller. */
export const noMetadataEgress: Rule = {
  id: "no-metadata-egress",
  mirrors: ["C-0052", "CKV_AWS_79"],
  allowed: `an ipBlock that excludes ${Object.values(OPEN).join(" or ")}`,
  fix: "add the address to except",
  find: ({ ofKind }) =>
    ofKind("networking.k8s.io/NetworkPolicy").flatMap((object) =>
      listAt(mapAt(object.manifest, "spec"), "egress").flatMap((rule, position) => [
        ...(reachesAnywhere(rule) ? [{ object, at: `spec.egress[${position}]`, got: "every address, port 80 among its ports" }] : []),
        ...listAt(rule, "to").flatMap((peer, place) => {
          const block = mapAt(peer, "ipBlock");
          const cidr = block["cidr"];
          const out = cidr === "0.0.0.0/0" || cidr === "::/0" ? OPEN[cidr] : undefined;
          const open = out !== undefined && !textsAt(block, "except").includes(out);
          return open ? [{ object, at: `spec.egress[${position}].to[${place}].ipBlock`, got: `${cidr} with ${out}` }] : [];
        }),
      ]),
    ),
};

/** Without peers a rule is about every address; what is asked for credentials listens on port 80. */
function reachesAnywhere(rule: JsonObject): boolean {
  const ports = listAt(rule, "ports");
  return listAt(rule, "to").length === 0 && (ports.length === 0 || ports.some(({ port, endPort }) => covers(port, endPort)));
}

function covers(port: JsonValue | undefined, endPort: JsonValue | undefined): boolean {
  if (typeof port !== "number") return true;
  return typeof endPort === "number" ? port <= 80 && endPort >= 80 : port === 80;
}
