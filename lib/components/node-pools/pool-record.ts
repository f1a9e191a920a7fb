/** The record of a pool, to compare with the nodes of the cluster. */

import { Duration } from "#lib/core/duration";
import { canonicalJson, type JsonValue } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { poolFacts } from "./pool-facts";
import { provisioned } from "./provisioned";
import { isProvisioned, type NodePoolSettings } from "./schema";

/** Settings with defaults, and largest capacity, as JSON. */
export function poolRecord(name: string, props: NodePoolSettings): string {
  const settings = isProvisioned(props) ? { ...provisioned(name, props), type: props.type } : props;
  const { nodeSelector, taints, capacity, shapes } = poolFacts(name, props);
  return canonicalJson(
    plainJson({
      ...settings,
      type: props.type === "plain" ? "static" : props.type,
      name,
      selector: nodeSelector,
      taints,
      capacity,
      ...(isProvisioned(props) && { shapes }),
    }),
  );
}

/** Sizes and durations as text, everything else as it is. */
function plainJson(value: unknown): JsonValue {
  if (value instanceof Size || value instanceof Duration) return value.toString();
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, plainJson(inner)]),
    );
  }
  return typeof value === "number" || typeof value === "boolean" ? value : String(value);
}
