/** Role of a cluster that runs Python functions of its clients. No product is named here. */

import type { IConstruct } from "constructs";
import type { FlowPort, PodsEnd } from "./network";

/** A cluster of a scheduler and workers. Clients and workers need the same packages. */
export interface ITaskCluster extends IConstruct {
  readonly name: string;
  readonly namespace: string;
  /** Address of the scheduler, such as `tcp://main.tasks.svc:8786`. */
  readonly address: string;
  /** Image of its pods. @default the product's own */
  readonly image: string | undefined;
  /** Pods that run the functions. */
  readonly workers: PodsEnd;
  /** What clients call. */
  readonly scheduler: { readonly pods: PodsEnd; readonly ports: readonly FlowPort[] };
}
