/** Requests and limits of a container, as Kubernetes writes them. */

import type { Size } from "#lib/core/size";
import { formatCores } from "./quantity";

/** Requests or limits of one container. */
export interface Amounts {
  /** CPU cores. @default not set */
  readonly cpu?: number;
  readonly memory: Size;
  /** Ephemeral storage: logs, writable layers and `emptyDir` volumes. @default not set */
  readonly ephemeralStorage?: Size;
}

/** What a container asks for. Without cores the scheduler would count its pod as nothing. */
export interface Requests extends Amounts {
  readonly cpu: number;
  /** Whole pieces of other resources, such as `nvidia.com/gpu`; they are the limit, too, as Kubernetes shares none. @default none */
  readonly extended?: Readonly<Record<string, number>>;
}

/** `resources` of a container. Limits default to the requests, which gives the pod the QoS class Guaranteed. */
export function resources(requests: Requests, limits: Amounts = requests): Record<"requests" | "limits", Readonly<Record<string, string>>> {
  const extended = Object.fromEntries(Object.entries(requests.extended ?? {}).map(([name, count]) => [name, `${count}`]));
  return { requests: { ...quantities(requests), ...extended }, limits: { ...quantities(limits), ...extended } };
}

function quantities({ cpu, memory, ephemeralStorage }: Amounts): Record<string, string> {
  return {
    ...(cpu !== undefined && { cpu: formatCores(cpu) }),
    memory: memory.toString(),
    ...(ephemeralStorage && { "ephemeral-storage": ephemeralStorage.toString() }),
  };
}
