/** What a container asks for and may take, as Kubernetes writes it. */

import type { JsonObject } from "#lib/core/json";
import type { Size } from "#lib/core/size";
import { formatCores } from "./quantity";

/** Amounts of one container. */
export interface Amounts {
  /** Cores. @default not named */
  readonly cpu?: number;
  readonly memory: Size;
  /** Room on the node's disk: logs, layers and `emptyDir` volumes. @default not named */
  readonly ephemeralStorage?: Size;
  /** Whole pieces of other resources, such as `nvidia.com/gpu`. @default none */
  readonly extended?: Readonly<Record<string, number>>;
}

/** What must be asked for: without it the scheduler counts a pod as nothing. */
export type Requests = Amounts & Required<Pick<Amounts, "cpu">>;

/** `resources` of a container; without limits of its own it may take what it asks for, which makes its pod Guaranteed. */
export function resources(requests: Requests, limits: Amounts = requests): JsonObject {
  return { requests: quantitiesOf(requests), limits: quantitiesOf(limits) };
}

/** Amounts as Kubernetes quantities, by resource. */
export function quantitiesOf({ cpu, memory, ephemeralStorage, extended }: Amounts): JsonObject {
  return {
    ...(cpu !== undefined && { cpu: formatCores(cpu) }),
    memory: memory.toString(),
    ...(ephemeralStorage && { "ephemeral-storage": ephemeralStorage.toString() }),
    ...extended,
  };
}
