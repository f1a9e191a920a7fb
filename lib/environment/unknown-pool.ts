/** The second line of defence where a workload names its node pool: the first is the compiler. */

import type { Problem } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";

/** A pool that no key of `nodePools` declares. */
export function unknownPool(pool: string | undefined, declared: readonly string[], path: string): Problem[] {
  if (pool === undefined || declared.includes(pool)) return [];
  const near = nearest(pool, declared);
  return [
    {
      id: "environment.unknown-node-pool",
      path,
      got: JSON.stringify(pool),
      allowed: declared.length > 0 ? `a key of nodePools: ${declared.join(", ")}` : "a key of nodePools, and there is none",
      fix: near ? `did you mean ${near}?` : "name a declared pool, or declare this one below nodePools",
    },
  ];
}
