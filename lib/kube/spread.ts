/** Topology spread: pods of one kind on different nodes or zones. */

import type { JsonObject } from "#lib/core/json";

const TOPOLOGY_KEYS = { node: "kubernetes.io/hostname", zone: "topology.kubernetes.io/zone" } as const;

/** Options of {@link spread}. */
export interface SpreadOptions {
  /** @default "node" */
  readonly over?: keyof typeof TOPOLOGY_KEYS;
}

/** Topology spread constraints for pods with these labels. They are a preference: on one node, or in one zone, the pods still start. */
export function spread(labels: Readonly<Record<string, string>>, { over = "node" }: SpreadOptions = {}): JsonObject[] {
  return [
    {
      maxSkew: 1,
      topologyKey: TOPOLOGY_KEYS[over],
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { ...labels } },
    },
  ];
}
