/** What a writer or reader of vectors must know of the store: the seam between pipelines and the store's component. */

import type { IConstruct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { FlowPort, PodsEnd } from "./network";

/** A store of vectors and documents. Clients depend on the construct itself, and open a flow from their pods to `pods`. */
export interface IVectorStore extends IConstruct {
  readonly name: string;
  readonly namespace: string;
  /** Address inside the cluster, with scheme and port. */
  readonly url: string;
  /** User whose password is in `passwordSecret`. */
  readonly user: string;
  readonly passwordSecret: SecretRef;
  /** The certificate authority that clients must trust. */
  readonly caSecret: SecretRef;
  /** The pods that answer, as the end of a flow. */
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
}
