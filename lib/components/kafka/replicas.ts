/** How many copies a cluster can keep, and keeps where its props say nothing. */

import type { KafkaClusterSettings } from "./schema";

/** Copies by default: one broker may restart while another one fails. */
const COPIES = 3;

/** Nodes with a role. */
export function nodesWith({ nodePools }: Pick<KafkaClusterSettings, "nodePools">, role: "broker" | "controller"): number {
  return Object.values(nodePools).reduce((sum, { roles, replicas }) => sum + (roles.includes(role) ? replicas : 0), 0);
}

/** Copies of each record, and how many of them must exist before a record counts as written. */
export interface Copies {
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/** The copies of topics that set none of their own. */
export function copiesOf(settings: Pick<KafkaClusterSettings, "nodePools" | "replicationFactor" | "minInsyncReplicas">): Copies {
  const { replicationFactor = Math.min(COPIES, nodesWith(settings, "broker")), minInsyncReplicas } = settings;
  return { replicationFactor, minInsyncReplicas: minInsyncReplicas ?? Math.max(1, replicationFactor - 1) };
}
