/** A vector store as its clients see it. */

import type { IConstruct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { FlowPort, PodsEnd } from "./network";

/** How clients prove who they are. */
export type StoreAuth =
  | { readonly type: "basic"; readonly user: string; readonly password: SecretRef }
  | { readonly type: "api-key"; readonly key: SecretRef }
  /** The store asks for nothing: network policies alone decide who reaches it. */
  | { readonly type: "none" };

/** One API of a store. */
export interface StoreEndpoint {
  readonly protocol: "http" | "grpc";
  /** Name of the Service, in the store's namespace. */
  readonly service: string;
  /** Address inside the cluster, with scheme and port. */
  readonly url: string;
}

/** A store of vectors and documents. Clients depend on the construct itself, and open a flow from their pods to `pods`. */
export interface IVectorStore extends IConstruct {
  readonly name: string;
  readonly namespace: string;
  /** The first is the one that clients use by default. */
  readonly endpoints: readonly StoreEndpoint[];
  readonly auth: StoreAuth;
  /** The certificate authority that clients must trust. @default the endpoints have no certificate, or one of a public authority */
  readonly ca?: SecretRef;
  /** Secrets that the store's operator writes into its namespace. @default none */
  readonly secrets?: readonly string[];
  /** The pods that answer, as the end of a flow. */
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
}
