/** Role of a vector store. */

import type { IConstruct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { IndexPlan, IndexShape } from "./index-plan";
import type { FlowEnd, FlowPort } from "./network";

/** Authentication of clients. */
export type StoreAuth =
  | { readonly type: "basic"; readonly user: string | SecretRef; readonly password: SecretRef }
  | { readonly type: "api-key"; readonly key: SecretRef }
  /** No authentication: network policies alone restrict access. */
  | { readonly type: "none" };

/** An endpoint of a store. */
export interface StoreEndpoint {
  readonly protocol: "http" | "grpc" | "postgres";
  /** Name of the Service in the namespace of the store. @default it has none there */
  readonly service?: string;
  /** URL inside the cluster, with scheme and port. */
  readonly url: string;
}

/** A store of vectors and documents. Clients depend on the construct, and allow a network flow from their pods to `pods`. */
export interface IVectorStore extends IConstruct {
  readonly name: string;
  readonly namespace: string;
  /** The first is the one that clients use by default. */
  readonly endpoints: readonly StoreEndpoint[];
  readonly auth: StoreAuth;
  /** CA that clients must trust. @default no TLS, or a certificate of a public CA */
  readonly ca?: SecretRef;
  /** Secrets that the store's operator writes into its namespace. @default none */
  readonly secrets?: readonly string[];
  /** Pods of the endpoints, or where else they are: one end of a network flow. */
  readonly pods: FlowEnd;
  readonly ports: readonly FlowPort[];
  /** Character between the words of names of indexes. @default "-" */
  readonly separator?: "-" | "_";
  /** How it makes an index. */
  indexPlan(shape: IndexShape): IndexPlan;
}
