/** UIs for people: products offer them, and a gateway shows them. */

import type { IConstruct } from "constructs";
import type { FlowPort, PodsEnd } from "./network";

/** Headers in which a UI takes the user of a request from the proxy in front of it. */
export interface IdentityHeaders {
  /** Header of the user's e-mail address. */
  readonly user: string;
  /** Header of the user's groups, with commas between them. @default none */
  readonly groups?: string;
}

/** A UI that browsers can open, at the root of a Service that speaks HTTP. */
export interface WebInterface {
  /** Name of its Service. */
  readonly service: string;
  readonly namespace: string;
  /** Port of the Service. */
  readonly port: number;
  /** Pods of the Service. */
  readonly pods: PodsEnd;
  /** Ports of the pods behind it. */
  readonly ports: readonly FlowPort[];
  /** Does the UI ask who the user is? `none`: everybody who reaches it may do everything. */
  readonly authentication: "own" | "none";
  /** @default the UI knows no users of a proxy */
  readonly identityHeaders?: IdentityHeaders;
  /** Host names by which the UI lets itself be called, and the prop that lists them. @default any */
  readonly hosts?: { readonly known: readonly string[]; readonly prop: string };
}

/** A construct with a UI; its owner's path in the environment file is the name of the UI. */
export interface IWebInterface extends IConstruct {
  /** The UI. @default none with these props */
  readonly webInterface: WebInterface | undefined;
}

/** Has this construct a UI? */
export function hasWebInterface(construct: IConstruct): construct is IWebInterface & { readonly webInterface: WebInterface } {
  return "webInterface" in construct && construct.webInterface !== undefined;
}
