/** Does a pod fit any machine of the pool that it is sent to? One that fits none stays Pending for ever. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import type { Size } from "#lib/core/size";
import type { INodePool, NodeShape } from "./node-pool";
import { exceeds } from "./quantity";

/** What one pod asks for, all its containers together. */
export interface PodAsk {
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  /** Number of accelerators. @default 0 */
  readonly accelerators?: number;
}

/** What must be known of a pool to place pods on it. */
export type PoolShapes = Pick<INodePool, "name" | "shapes">;

/** What is wrong where a pod is sent to a pool none of whose machines holds it; `place` says under which id and path it is reported. */
export function placementProblems(ask: PodAsk, pool: PoolShapes | undefined, place: ProblemPlace): Problem[] {
  // A pool without shapes is wrong in itself, and its own checks say so.
  if (!pool || pool.shapes.length === 0 || pool.shapes.some((shape) => fits(ask, shape))) return [];
  return [
    {
      ...place,
      got: `a pod of ${amounts(ask)}`,
      allowed: `the capacity of a node of pool ${pool.name}: ${pool.shapes.map(amounts).join(" or ")}`,
      fix: "lower the requests, or use a pool with larger nodes",
    },
  ];
}

function fits({ cpu, memory, accelerators = 0 }: PodAsk, shape: NodeShape): boolean {
  return !exceeds(cpu, shape.cpu) && memory.bytes <= shape.memory.bytes && accelerators <= shape.accelerators;
}

function amounts({ cpu, memory, accelerators = 0 }: PodAsk): string {
  return [`${cpu} CPU`, `${memory} memory`, ...(accelerators > 0 ? [`${accelerators} GPUs`] : [])].join(", ");
}
