/** Flows of all pods, whatever product they are of, and those of the products. */

import type { FlowRow } from "./facts";
import { products } from "./products";

/** Names, from each server that an environment can have. */
const NAMES: readonly FlowRow[] = [
  { from: ["*"], to: ["core-dns"], ports: [53], reason: "names" },
  { from: ["*"], to: ["core-dns"], ports: [53], protocol: "UDP", reason: "names" },
  { from: ["*"], to: ["node-local-dns"], ports: [53], protocol: "UDP", ownNode: true, reason: "names, from the cache of the node" },
  {
    from: ["*"],
    to: ["kubespray-dns"],
    ports: [53],
    protocol: "UDP",
    ownNode: true,
    when: ({ network }) => network?.dns?.some(({ type }) => type === "address") ?? false,
    reason: "names, from kubespray's cache",
  },
  {
    from: ["*"],
    to: ["openshift-dns"],
    ports: [5353],
    protocol: "UDP",
    when: ({ network }) => network?.dns?.some(({ type }) => type === "pods") ?? false,
    reason: "names, from OpenShift's DNS",
  },
];

/** Flows that must be open. */
export const NEEDED: readonly FlowRow[] = [...NAMES, ...[...products.values()].flatMap(({ needed }) => needed)];

/** Flows that must be closed. */
export const CLOSED: readonly FlowRow[] = [
  {
    from: ["*"],
    to: ["metadata"],
    ports: [80],
    // GKE's metadata server gives pods identities of their own.
    when: ({ karpenterGcp }) => karpenterGcp === undefined,
    reason: "it returns the node's credentials",
  },
  {
    from: ["stranger"],
    to: ["*"],
    ports: [80, 3000, 6080, 8080, 8081, 9090, 9093, 9094, 9100, 9101, 9249, 9300, 9402, 9403, 9999, 50_000],
    reason: "other teams' pods",
  },
  ...[...products.values()].flatMap(({ closed }) => closed),
];
