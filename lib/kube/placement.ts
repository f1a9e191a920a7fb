/** Does a pod fit a node of its pool? A pod that fits none stays Pending. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { INodePool, NodeShape } from "./node-pool";
import { exceeds } from "./quantity";

/** Requests of a pod: the sum of its containers. */
export interface PodAsk {
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  /** Number of accelerators. @default 0 */
  readonly accelerators?: number;
  /** Ephemeral storage, with size limits of `emptyDir` volumes. @default unknown, so not compared */
  readonly scratch?: Size;
}

/** Facts of a pool that placement needs. */
export type PoolShapes = Pick<INodePool, "name" | "shapes">;

/** Problems of a pod that fits no node of its pool, reported with the id and path of `place`. */
export function placementProblems(ask: PodAsk, pool: PoolShapes | undefined, place: ProblemPlace): Problem[] {
  // The pool's own checks report a pool without shapes.
  if (!pool || pool.shapes.length === 0 || pool.shapes.some((shape) => fits(ask, shape))) return [];
  const offersNone = (ask.accelerators ?? 0) > 0 && pool.shapes.every(({ accelerators }) => accelerators === 0);
  return [
    {
      ...place,
      got: `a pod of ${amounts(ask)}`,
      allowed: `the capacity of a node of pool ${pool.name}: ${pool.shapes.map((shape) => amounts(comparable(shape, ask))).join(" or ")}`,
      fix: offersNone
        ? "use a pool whose nodes offer accelerators; where pods get them by resource claims only, nodes offer none"
        : `lower the requests, or use a pool with larger ${ask.scratch ? "nodes or volumes" : "nodes"}`,
    },
  ];
}

function fits({ cpu, memory, accelerators = 0, scratch }: PodAsk, shape: NodeShape): boolean {
  const holds = scratch === undefined || scratch.bytes <= shape.scratch.bytes;
  return holds && !exceeds(cpu, shape.cpu) && memory.bytes <= shape.memory.bytes && accelerators <= acceleratorsPerPod(shape);
}

/** What asks for accelerators. */
export interface AcceleratorAsk {
  readonly accelerators: number;
  /** @default any node */
  readonly pool?: Pick<INodePool, "capacity"> | undefined;
}

/** Problem of accelerators without a pool that has some, reported with the id and path of `place`. */
export function acceleratorProblems({ accelerators, pool }: AcceleratorAsk, place: ProblemPlace): Problem[] {
  if (accelerators === 0 || pool?.capacity.resource !== undefined) return [];
  return [
    {
      ...place,
      got: `${accelerators} accelerators without a pool that has some`,
      allowed: "accelerators with a pool whose nodes have them",
      fix: "set pool beside it to a pool with accelerators, or remove accelerators",
    },
  ];
}

/** The most accelerators of one pod: a pod that asks for more than one share of a GPU gets no more of it. */
export function acceleratorsPerPod({ accelerators, acceleratorsPerPod: most = accelerators }: NodeShape): number {
  return Math.min(accelerators, most);
}

/** What a node offers of everything that the pod asks for. */
function comparable({ scratch, ...shape }: NodeShape, ask: PodAsk): PodAsk {
  // Shown in Mi: thresholds and overheads leave no round number.
  const memory = Size.mebibytes(shape.memory.inMebibytes);
  const accelerators = acceleratorsPerPod({ scratch, ...shape });
  return { ...shape, memory, accelerators, ...(ask.scratch && { scratch: Size.mebibytes(scratch.inMebibytes) }) };
}

function amounts({ cpu, memory, accelerators = 0, scratch }: PodAsk): string {
  return [
    `${cpu} CPU`,
    `${memory} memory`,
    ...(scratch ? [`${scratch} ephemeral storage`] : []),
    ...(accelerators > 0 ? [`${accelerators} GPUs`] : []),
  ].join(", ");
}
