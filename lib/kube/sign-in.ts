/** Role of a proxy that signs people in before they see a UI. */

import type { Construct, IConstruct } from "constructs";
import type { FlowEnd } from "./network";
import type { WebInterface } from "./web-interface";

/** What a proxy is asked for. */
export interface SignInAsk {
  /** Part of the names of its objects. */
  readonly name: string;
  /** Host name that browsers use, with HTTPS. */
  readonly host: string;
  readonly webInterface: WebInterface;
  /** Where requests come from. */
  readonly callers: FlowEnd;
}

/** A Service that a gateway sends requests to. */
export interface WebBackend {
  readonly service: string;
  readonly namespace: string;
  /** Port of the Service. */
  readonly port: number;
}

/** Signs people in with one identity provider. */
export interface ISignIn extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  /** Announces a route that will be protected, before the UIs are known. */
  announce(route: string): void;
  /** Puts a proxy in front of a UI. */
  protect(scope: Construct, ask: SignInAsk): WebBackend;
}
